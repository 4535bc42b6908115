package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.List;

/**
 * What must be done to one tree to make it another, each list sorted by path. A path that turns from a directory into
 * something else, or the other way, is in {@code deleted} and in {@code created}.
 *
 * @param created what is new
 * @param updated what differs: in content, or only in mode, time or owner
 * @param deleted what goes away
 */
public record Delta(List<ManifestEntry> created, List<Change> updated, List<ManifestEntry> deleted) {
    /**
     * One path before and after.
     *
     * @param before what stands there
     * @param after what is to stand there
     */
    public record Change(ManifestEntry before, ManifestEntry after) {
        /** Whether more than mode, time or owner differs. */
        public boolean contentChanges() {
            return !before.sameContent(after);
        }
    }

    public Delta {
        created = unmodifiable(created);
        updated = unmodifiable(updated);
        deleted = unmodifiable(deleted);
    }

    /** Lists over manifests cannot change, and copies of them may be more than fits into memory. */
    private static <T> List<T> unmodifiable(List<T> list) {
        return list instanceof Selected ? list : List.copyOf(list);
    }

    /** Compares by {@link ManifestEntry#meets}: an owner that {@code to} does not know is no difference. */
    public static Delta between(Manifest from, Manifest to) {
        Selected.Entries created = new Selected.Entries(to.packed());
        Selected.Changes updated = new Selected.Changes(from.packed(), to.packed());
        Selected.Entries deleted = new Selected.Entries(from.packed());
        boolean ownersAgree = from.packed().ownersAgreeWith(to.packed());
        PackedEntries.Cursor before = from.packed().cursor();
        PackedEntries.Cursor after = to.packed().cursor();
        before.advance();
        after.advance();
        while (before.isAtEntry() || after.isAtEntry()) {
            int order = order(before, after);
            if (order < 0) {
                deleted.add(before.number());
            } else if (order > 0) {
                created.add(after.number());
            } else if (!before.sameForm(after, ownersAgree)) {
                ManifestEntry was = before.entry();
                ManifestEntry wanted = after.entry();
                if (replaces(was, wanted)) {
                    deleted.add(before.number());
                    created.add(after.number());
                } else if (!was.meets(wanted)) {
                    updated.add(before.number(), after.number());
                }
            }
            if (order <= 0) {
                before.advance();
            }
            if (order >= 0) {
                after.advance();
            }
        }
        return new Delta(created, updated, deleted);
    }

    /** What has come to its end is behind everything. */
    private static int order(PackedEntries.Cursor before, PackedEntries.Cursor after) {
        if (before.isAtEntry() && after.isAtEntry()) {
            return before.comparePaths(after);
        }
        return before.isAtEntry() ? -1 : 1;
    }

    /** Whether nothing at all is to be done. */
    public boolean isEmpty() {
        return created.isEmpty() && updated.isEmpty() && deleted.isEmpty();
    }

    /** Whether the content roots of both trees are equal: nothing differs but modes, times and owners. */
    public boolean sameContent() {
        return created.isEmpty() && deleted.isEmpty() && contentUpdates() == 0;
    }

    /** How many of {@link #updated()} differ in content. */
    public long contentUpdates() {
        return updated.stream().filter(Change::contentChanges).count();
    }

    /** Bytes of file content that have to be written. */
    public long bytesToWrite() {
        long bytes = created.stream().mapToLong(Delta::sizeOf).sum();
        for (Change change : updated) {
            bytes += change.contentChanges() ? sizeOf(change.after()) : 0;
        }
        return bytes;
    }

    private static boolean replaces(ManifestEntry before, ManifestEntry after) {
        return before instanceof DirectoryEntry != after instanceof DirectoryEntry;
    }

    private static long sizeOf(ManifestEntry entry) {
        return entry instanceof FileEntry file ? file.size() : 0;
    }
}
