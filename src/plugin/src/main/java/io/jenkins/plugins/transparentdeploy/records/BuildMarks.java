package io.jenkins.plugins.transparentdeploy.records;

import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows on builds what became of their releases: a badge where one was rolled back, and no discarding of the builds that
 * hold the records of the live and of the last good release. Touches only builds for which something changed: to look at
 * every build of a long history would load them all.
 */
final class BuildMarks {
    private static final Logger LOGGER = Logger.getLogger(BuildMarks.class.getName());

    private BuildMarks() {}

    /**
     * What cannot be marked is noted, and tried again with the next release.
     *
     * @param changed the ids of the releases about which something new is known
     */
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
            noted.retainAll(needed);
            for (String id : touched) {
                if (!mark(history, id, needed.contains(id))) {
                    noted.add(id);
                }
            }
        }
        history.keep(noted);
    }

    /**
     * A build that cannot be saved says nothing against the release that was just made: it is told to whoever can mend it.
     *
     * @return whether all is done
     */
    private static boolean mark(ReleaseHistory history, String id, boolean needed) {
        Optional<ReleaseSummary> release = history.summary(id);
        Optional<Run<?, ?>> build = release.flatMap(ReleaseSummary::build);
        if (build.isEmpty()) {
            return true;
        }
        try {
            keep(build.get(), id, needed);
            badge(history, build.get(), release.get());
            return true;
        } catch (IOException | RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "What became of release " + id + " of " + history.getService() + "/"
                            + history.getEnvironment() + " could not be noted in its build, " + build.get()
                            + ". See that Jenkins may write to " + build.get().getRootDir()
                            + "; the next release there tries it again.");
            return false;
        }
    }

    /** No build is kept for it any more. It is still noted which were, for whoever brings the history back. */
    static synchronized void removeAll(ReleaseHistory history) throws IOException {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            for (String id : history.kept().orElseGet(() -> allOf(history))) {
                mark(history, id, false);
            }
        }
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
            boolean kept = build.isKeepLog();
            // Only what was marked here: a person's mark is the person's.
            boolean ours = !marks.isEmpty() || !kept;
            if (needed && ours && own.isEmpty()) {
                KeptForRelease mark = new KeptForRelease(release);
                build.addAction(mark);
                keepLog(build, true, () -> build.removeAction(mark));
            } else if (needed && ours && !kept) {
                keepLog(build, true, () -> {});
            } else if (!needed && own.isPresent()) {
                build.removeAction(own.get());
                keepLog(build, marks.size() > 1, () -> build.addAction(own.get()));
            }
        }
    }

    /** @param undo if it cannot be saved: what is not on the disk must not be found in memory when it is tried again */
    private static void keepLog(Run<?, ?> build, boolean keep, Runnable undo) throws IOException {
        boolean before = build.isKeepLog();
        try {
            build.keepLog(keep);
        } catch (IOException | RuntimeException e) {
            undo.run();
            try {
                build.keepLog(before);
            } catch (IOException | RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private static void badge(ReleaseHistory history, Run<?, ?> build, ReleaseSummary release) throws IOException {
        boolean rolledBack = !release.isRollback()
                && (release.getState().equals("ROLLED_BACK") || release.getRolledBackBy() != null);
        synchronized (build) {
            if (rolledBack
                    && build.getActions(RolledBackBadge.class).stream().noneMatch(badge -> badge.isOf(release))) {
                RolledBackBadge badge = new RolledBackBadge(release);
                build.addAction(badge);
                try {
                    build.save();
                    describe(history, build, release);
                } catch (IOException | RuntimeException e) {
                    build.removeAction(badge);
                    throw e;
                }
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
