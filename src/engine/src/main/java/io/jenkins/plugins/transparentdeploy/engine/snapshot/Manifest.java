package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A tree at one moment: every path and what stands there, sorted by the UTF-8 bytes of the path. Immutable; equal to
 * another if all entries are equal.
 *
 * <p>A manifest is consistent by construction: no path occurs twice, and the parent of every entry is a directory entry
 * or the root. So nothing in it lies beneath a file or a link. The root itself, its mode and its owner are not part of it.
 */
public final class Manifest {
    /** Of a tree with nothing in it, or that is not there. */
    public static final Manifest EMPTY = of(List.of());

    private static final Comparator<ManifestEntry> BY_PATH = Comparator.comparing(ManifestEntry::path, EntryPath.ORDER);
    private static final int PORTION = 10_000;

    private final PackedEntries entries;
    /** Computed when first asked for. */
    private volatile ContentId id;

    private volatile RootHash contentRoot;

    Manifest(PackedEntries entries) {
        this.entries = entries;
    }

    /**
     * @param entries in any order
     * @throws IllegalArgumentException if a path occurs twice, or the parent of one is missing or no directory
     */
    public static Manifest of(Collection<? extends ManifestEntry> entries) {
        ManifestEntry[] sorted = entries.toArray(new ManifestEntry[0]);
        Arrays.sort(sorted, BY_PATH);
        return ofSorted(Arrays.asList(sorted));
    }

    private static Manifest ofSorted(Iterable<ManifestEntry> sorted) {
        try (EntryPacker packer = new EntryPacker()) {
            for (ManifestEntry entry : sorted) {
                packer.add(entry);
            }
            return new Manifest(packer.pack());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All entries, sorted; a directory comes before what is in it. Each is made when it is asked for. */
    public Collection<ManifestEntry> entries() {
        return Collections.unmodifiableCollection(entries);
    }

    /** The entries by their numbers in that order, from 0. */
    PackedEntries packed() {
        return entries;
    }

    /** What stands at this relative path. */
    public Optional<ManifestEntry> find(String path) {
        return entries.find(path);
    }

    /** The regular files, sorted, all as objects: of a large tree rather {@link #filesInPortions()}. */
    public List<FileEntry> files() {
        List<FileEntry> files = new ArrayList<>();
        filesInPortions().forEach(files::addAll);
        return files;
    }

    /** The regular files, sorted, so many at a time that memory is bounded. */
    public Iterable<List<FileEntry>> filesInPortions() {
        return () -> new Iterator<>() {
            private final Iterator<ManifestEntry> all = entries.iterator();
            private List<FileEntry> next = more();

            private List<FileEntry> more() {
                List<FileEntry> portion = new ArrayList<>();
                while (portion.size() < PORTION && all.hasNext()) {
                    if (all.next() instanceof FileEntry file) {
                        portion.add(file);
                    }
                }
                return portion;
            }

            @Override
            public boolean hasNext() {
                return !next.isEmpty();
            }

            @Override
            public List<FileEntry> next() {
                if (next.isEmpty()) {
                    throw new NoSuchElementException();
                }
                List<FileEntry> portion = next;
                next = more();
                return portion;
            }
        };
    }

    /** Bytes of content, all files together. */
    public long totalBytes() {
        long bytes = 0;
        for (ManifestEntry entry : entries) {
            bytes += entry instanceof FileEntry file ? file.size() : 0;
        }
        return bytes;
    }

    /** Whether there is no entry. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Its name in an object store: the SHA-256 of its serialised form. */
    public ContentId id() {
        ContentId known = id;
        return known == null ? computeId() : known;
    }

    /** Once, also when many ask at the same time. */
    private synchronized ContentId computeId() {
        if (id == null) {
            MessageDigest digest = Sha256.newDigest();
            try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                ManifestFormat.write(this, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            id = ContentId.of(digest);
        }
        return id;
    }

    /** Its id, if that has been computed already. */
    Optional<ContentId> knownId() {
        return Optional.ofNullable(id);
    }

    /** Says what its id is, for whoever knows without computing it. */
    void recall(ContentId knownId) {
        id = knownId;
    }

    /** Says what its id and its content root are, for whoever knows without computing them. */
    void recall(ContentId knownId, RootHash knownRoot) {
        id = knownId;
        contentRoot = knownRoot;
    }

    /** The same without owners, for whoever cannot set them. */
    public Manifest withoutOwners() {
        return mapped(ManifestEntry::withoutOwner);
    }

    /** The same without extended attributes, for a target that does not ask for them. */
    public Manifest withoutAttributes() {
        return entries.withAttributes()
                ? mapped(entry -> entry instanceof FileEntry file ? file.with(Attributes.NONE) : entry)
                : this;
    }

    /** The entries that pass, which must not leave any without its parent. */
    public Manifest filtered(Predicate<ManifestEntry> kept) {
        for (ManifestEntry entry : entries) {
            if (!kept.test(entry)) {
                return ofSorted(() -> entries.stream().filter(kept).iterator());
            }
        }
        return this;
    }

    /**
     * The same with more entries.
     *
     * @throws IllegalArgumentException if a path occurs twice, or the parent of one is missing or no directory
     */
    public Manifest with(Collection<? extends ManifestEntry> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<ManifestEntry> sorted = new ArrayList<>(more);
        sorted.sort(BY_PATH);
        return ofSorted(() -> new Merged<>(entries.iterator(), sorted.iterator(), BY_PATH));
    }

    /**
     * Goes through several at once, path by path in their order.
     *
     * @param act gets each path that one of them has, and what stands there in each
     */
    public static void sideBySide(List<Manifest> manifests, BiConsumer<String, List<Optional<ManifestEntry>>> act) {
        List<PackedEntries.Cursor> cursors =
                manifests.stream().map(manifest -> manifest.entries.cursor()).toList();
        cursors.forEach(PackedEntries.Cursor::advance);
        while (true) {
            Optional<PackedEntries.Cursor> first =
                    cursors.stream().filter(PackedEntries.Cursor::isAtEntry).min(PackedEntries.Cursor::comparePaths);
            if (first.isEmpty()) {
                return;
            }
            List<PackedEntries.Cursor> there = cursors.stream()
                    .filter(cursor -> cursor.isAtEntry() && cursor.comparePaths(first.get()) == 0)
                    .toList();
            List<Optional<ManifestEntry>> entries = cursors.stream()
                    .map(cursor ->
                            there.contains(cursor) ? Optional.of(cursor.entry()) : Optional.<ManifestEntry>empty())
                    .toList();
            act.accept(first.get().entry().path(), entries);
            there.forEach(PackedEntries.Cursor::advance);
        }
    }

    /** The tree in this directory of it, as if that were the root; empty if there is no such directory. */
    public Manifest in(String directory) {
        String prefix = directory + "/";
        return ofSorted(() -> entries.stream()
                .filter(entry -> entry.path().startsWith(prefix))
                .map(entry -> entry.at(entry.path().substring(prefix.length())))
                .iterator());
    }

    /** What stands in a tree when this one is put into a directory of it: the paths of all entries, without the directory. */
    public List<ManifestEntry> under(String directory) {
        return entries.stream()
                .map(entry -> entry.at(directory + "/" + entry.path()))
                .toList();
    }

    private Manifest mapped(UnaryOperator<ManifestEntry> change) {
        return ofSorted(() -> entries.stream().map(change).iterator());
    }

    /**
     * The hash of what is the same on any host: paths, types, contents, executable bits and link targets. It is the
     * SHA-256 of the UTF-8 bytes of {@code transparent-deploy content root 1\n}, followed by one line per entry in order,
     * where {@code ␀} is a NUL byte:
     *
     * <pre>
     * f path␀content id in hexadecimal\n      a file (x instead of f if its owner may execute it)
     * d path␀\n                               a directory
     * l path␀target\n                         a symbolic link
     * </pre>
     */
    public RootHash contentRoot() {
        RootHash known = contentRoot;
        return known == null ? computeContentRoot() : known;
    }

    /** Once, also when many ask at the same time. */
    private synchronized RootHash computeContentRoot() {
        if (contentRoot == null) {
            contentRoot = hash("transparent-deploy content root 1\n", Manifest::contentLine);
        }
        return contentRoot;
    }

    /**
     * The hash of all that is kept. As {@link #contentRoot()}, but it begins with {@code transparent-deploy full root
     * 1\n}, and before the {@code \n} of a line stand: for a file {@code ␀mode␀seconds.nanoseconds␀user␀group}, for a
     * directory {@code mode␀user␀group}. A file with extended attributes also has, for each, sorted by name, {@code
     * ␀name=value} with the value in Base64. The mode has four octal digits, the time is since 1970 with nine digits after
     * the point, an unknown owner is empty.
     */
    public RootHash fullRoot() {
        return hash("transparent-deploy full root 1\n", entry -> contentLine(entry) + metadata(entry));
    }

    private RootHash hash(String title, Function<ManifestEntry, String> line) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(title.getBytes(StandardCharsets.UTF_8));
        for (ManifestEntry entry : entries) {
            digest.update(line.apply(entry).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        }
        return new RootHash(Sha256.spell(digest.digest()));
    }

    private static String contentLine(ManifestEntry entry) {
        if (entry instanceof FileEntry file) {
            return (file.mode().executable() ? "x " : "f ") + file.path() + '\0' + file.content();
        }
        if (entry instanceof SymlinkEntry link) {
            return "l " + link.path() + '\0' + link.target();
        }
        return "d " + entry.path() + '\0';
    }

    private static String metadata(ManifestEntry entry) {
        if (entry instanceof FileEntry file) {
            return "\0%s\0%d.%09d\0%s\0%s"
                            .formatted(
                                    file.mode(),
                                    file.modified().getEpochSecond(),
                                    file.modified().getNano(),
                                    file.owner().user(),
                                    file.owner().group())
                    + (file.attributes().isEmpty() ? "" : "\0" + file.attributes());
        }
        if (entry instanceof DirectoryEntry directory) {
            return directory.mode() + "\0" + directory.owner().user() + '\0'
                    + directory.owner().group();
        }
        return "";
    }

    /** The order of {@link #entries()}, for paths. */
    public static Comparator<String> pathOrder() {
        return EntryPath.ORDER;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest manifest && entries.equals(manifest.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return "Manifest of " + entries.size() + " entries, content root " + contentRoot();
    }
}
