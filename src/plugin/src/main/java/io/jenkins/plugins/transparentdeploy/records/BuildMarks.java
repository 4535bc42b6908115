package io.jenkins.plugins.transparentdeploy.records;

import hudson.model.Run;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows on builds what became of their releases: a badge where one was rolled back, and no discarding of the builds that
 * hold the records of the live and of the last good release. Touches only builds for which something changed: to look at
 * every build of a long history would load them all.
 */
final class BuildMarks {
    private BuildMarks() {}

    /** @param changed the ids of the releases about which something new is known */
    static void update(ReleaseHistory history, Set<String> changed) throws IOException {
        Set<String> needed = Stream.of(history.live(), history.previous())
                .flatMap(Optional::stream)
                .map(ReleaseSummary::getId)
                .collect(Collectors.toSet());
        Optional<Set<String>> kept = history.kept();
        Set<String> touched = new TreeSet<>(kept.orElseGet(() -> allOf(history)));
        touched.addAll(needed);
        touched.addAll(changed);
        // Noted before it is done: what is noted and not done is done the next time.
        Set<String> noted = new TreeSet<>(kept.orElse(Set.of()));
        noted.addAll(needed);
        history.keep(noted);
        for (String id : touched) {
            Optional<ReleaseSummary> release = history.summary(id);
            Optional<Run<?, ?>> build = release.flatMap(ReleaseSummary::build);
            if (build.isPresent()) {
                keep(build.get(), id, needed.contains(id));
                badge(build.get(), release.get());
            }
        }
        history.keep(needed);
    }

    /** A history from before it was noted which builds are kept: once, all are looked at. */
    private static Set<String> allOf(ReleaseHistory history) {
        return history.newestFirst().stream().map(ReleaseSummary::getId).collect(Collectors.toSet());
    }

    private static void keep(Run<?, ?> build, String release, boolean needed) throws IOException {
        KeptForRelease kept = build.getAction(KeptForRelease.class);
        if (needed && !build.isKeepLog()) {
            build.addAction(new KeptForRelease(release));
            build.keepLog(true);
        } else if (!needed && kept != null && kept.releaseId().equals(release)) {
            // Only what was marked here: a person's mark is the person's.
            build.removeAction(kept);
            build.keepLog(false);
        }
    }

    private static void badge(Run<?, ?> build, ReleaseSummary release) throws IOException {
        boolean rolledBack = !release.isRollback()
                && (release.getState().equals("ROLLED_BACK") || release.getRolledBackBy() != null);
        if (rolledBack && build.getAction(RolledBackBadge.class) == null) {
            build.addAction(new RolledBackBadge(release.getVersion()));
            build.save();
        }
    }
}
