package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.ArrayList;
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
        created = List.copyOf(created);
        updated = List.copyOf(updated);
        deleted = List.copyOf(deleted);
    }

    /** Compares by {@link ManifestEntry#meets}: an owner that {@code to} does not know is no difference. */
    public static Delta between(Manifest from, Manifest to) {
        List<ManifestEntry> created = new ArrayList<>();
        List<Change> updated = new ArrayList<>();
        List<ManifestEntry> deleted = new ArrayList<>();
        for (ManifestEntry after : to.entries()) {
            ManifestEntry before = from.find(after.path()).orElse(null);
            if (before == null || replaces(before, after)) {
                created.add(after);
            } else if (!before.meets(after)) {
                updated.add(new Change(before, after));
            }
        }
        for (ManifestEntry before : from.entries()) {
            if (to.find(before.path()).filter(after -> !replaces(before, after)).isEmpty()) {
                deleted.add(before);
            }
        }
        return new Delta(created, updated, deleted);
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
