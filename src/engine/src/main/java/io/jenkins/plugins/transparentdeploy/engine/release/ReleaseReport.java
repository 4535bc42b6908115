package io.jenkins.plugins.transparentdeploy.engine.release;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a release, step by step, for people. A step that was not come to has no entry; one that there is
 * nothing to do for says so.
 *
 * @param entries at most one for each step, in the order of the steps
 */
public record ReleaseReport(List<Entry> entries) {
    /** Of a release that has only begun. */
    public static final ReleaseReport EMPTY = new ReleaseReport(List.of());

    /** The steps, in their order. */
    public enum Step {
        /** Which modules change. */
        ANALYSE,
        /** By what the release will be judged. */
        INDICATORS,
        /** How each indicator, and all together, came out. */
        EVALUATE,
        /** Against what was before, beside it, and the release before. */
        COMPARE,
        /** What was tried before an indicator short of its objective was given up. */
        OPTIMISE,
        /** The smoke test. */
        TEST,
        /** Whether every instance has what it should have, and runs. */
        VERIFY,
        /** What was watched, and what became of it. */
        MONITOR
    }

    /**
     * One step.
     *
     * @param summary one sentence without a full stop
     * @param details lines; may be empty
     */
    public record Entry(Step step, Instant at, String summary, List<String> details) {
        public Entry {
            details = details == null ? List.of() : List.copyOf(details);
        }
    }

    public ReleaseReport {
        entries = entries == null ? List.of() : List.copyOf(entries);
    }

    /** The same with this entry, in the place of an earlier one of its step. */
    public ReleaseReport with(Entry entry) {
        List<Entry> all = new ArrayList<>(entries);
        all.removeIf(other -> other.step() == entry.step());
        all.add(entry);
        all.sort(Comparator.comparing(Entry::step));
        return new ReleaseReport(all);
    }

    /** What is said of a step; empty when it was not come to. */
    public Optional<Entry> of(Step step) {
        return entries.stream().filter(entry -> entry.step() == step).findFirst();
    }
}
