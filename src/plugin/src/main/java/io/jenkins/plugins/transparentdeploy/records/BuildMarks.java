package io.jenkins.plugins.transparentdeploy.records;

import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.io.IOException;
import java.util.List;
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
    // One at a time: what one has found to be needed, another must not have looked at before.
    static synchronized void update(ReleaseHistory history, Set<String> changed) throws IOException {
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
        // Whoever released, or rolled back, need not have the permission to change another build.
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            for (String id : touched) {
                Optional<ReleaseSummary> release = history.summary(id);
                Optional<Run<?, ?>> build = release.flatMap(ReleaseSummary::build);
                if (build.isPresent()) {
                    keep(build.get(), id, needed.contains(id));
                    badge(history, build.get(), release.get());
                }
            }
        }
        history.keep(needed);
    }

    /** A history from before it was noted which builds are kept: once, all are looked at. */
    private static Set<String> allOf(ReleaseHistory history) {
        return history.newestFirst().stream().map(ReleaseSummary::getId).collect(Collectors.toSet());
    }

    /** A build with several releases has a mark for each that needs it, and is kept until the last is gone. */
    private static void keep(Run<?, ?> build, String release, boolean needed) throws IOException {
        synchronized (build) { // whose releases may be of different histories
            List<KeptForRelease> marks = build.getActions(KeptForRelease.class);
            Optional<KeptForRelease> own = marks.stream()
                    .filter(mark -> mark.releaseId().equals(release))
                    .findFirst();
            // Only what was marked here: a person's mark is the person's.
            boolean ours = !marks.isEmpty() || !build.isKeepLog();
            if (needed && ours) {
                if (own.isEmpty()) {
                    build.addAction(new KeptForRelease(release));
                }
                if (own.isEmpty() || !build.isKeepLog()) {
                    build.keepLog(true);
                }
            } else if (!needed && own.isPresent()) {
                build.removeAction(own.get());
                build.keepLog(marks.size() > 1);
            }
        }
    }

    private static void badge(ReleaseHistory history, Run<?, ?> build, ReleaseSummary release) throws IOException {
        boolean rolledBack = !release.isRollback()
                && (release.getState().equals("ROLLED_BACK") || release.getRolledBackBy() != null);
        synchronized (build) {
            if (rolledBack
                    && build.getActions(RolledBackBadge.class).stream().noneMatch(badge -> badge.isOf(release))) {
                build.addAction(new RolledBackBadge(release));
                build.save();
                describe(history, build, release);
            }
        }
    }

    /** What was said of it when it was released holds no more. */
    private static void describe(ReleaseHistory history, Run<?, ?> build, ReleaseSummary release) throws IOException {
        ReleaseNotes notes = build.getAction(ReleaseNotes.class);
        Optional<ReleaseSummary> rollback =
                Optional.ofNullable(release.getRolledBackBy()).flatMap(history::summary);
        if (notes != null && notes.areOf(release.getId()) && rollback.isPresent()) {
            notes.describe(
                    build,
                    Messages.BuildMarks_RolledBackBy(
                            history.getService(),
                            history.getEnvironment(),
                            release.getVersion(),
                            rollback.get().getWho()));
        }
    }
}
