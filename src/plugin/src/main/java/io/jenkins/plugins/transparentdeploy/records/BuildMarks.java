package io.jenkins.plugins.transparentdeploy.records;

import hudson.model.Run;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Shows on builds what became of their releases: a badge where one was rolled back, and no discarding of the builds that
 * hold the records of the live and of the last good release.
 */
final class BuildMarks {
    private BuildMarks() {}

    static void update(ReleaseHistory history) throws IOException {
        Set<String> needed = new HashSet<>();
        history.live().map(HistoryEntry::getId).ifPresent(needed::add);
        history.previous().map(HistoryEntry::getId).ifPresent(needed::add);
        List<HistoryEntry> entries = history.newestFirst();
        for (HistoryEntry entry : entries) {
            Optional<Run<?, ?>> build = entry.build();
            if (build.isPresent()) {
                keep(build.get(), entry, needed.contains(entry.getId()));
                badge(build.get(), entry);
            }
        }
    }

    private static void keep(Run<?, ?> build, HistoryEntry entry, boolean needed) throws IOException {
        KeptForRelease kept = build.getAction(KeptForRelease.class);
        if (needed && !build.isKeepLog()) {
            build.addAction(new KeptForRelease(entry.getId()));
            build.keepLog(true);
        } else if (!needed && kept != null && kept.releaseId().equals(entry.getId())) {
            // Only what was marked here: a person's mark is the person's.
            build.removeAction(kept);
            build.keepLog(false);
        }
    }

    private static void badge(Run<?, ?> build, HistoryEntry entry) throws IOException {
        boolean rolledBack =
                !entry.isRollback() && (entry.getState().equals("ROLLED_BACK") || entry.getRolledBackBy() != null);
        if (rolledBack && build.getAction(RolledBackBadge.class) == null) {
            build.addAction(new RolledBackBadge(entry.getVersion()));
            build.save();
        }
    }
}
