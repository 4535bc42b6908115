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
import java.util.List;
import java.util.Optional;
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
    public static final Manifest EMPTY = new Manifest(new ManifestEntry[0]);

    private static final Comparator<ManifestEntry> BY_PATH = Comparator.comparing(ManifestEntry::path, EntryPath.ORDER);

    private final ManifestEntry[] entries;
    /** Computed when first asked for. */
    private volatile ContentId id;

    private volatile RootHash contentRoot;

    private Manifest(ManifestEntry[] sorted) {
        this.entries = sorted;
    }

    /**
     * @param entries in any order
     * @throws IllegalArgumentException if a path occurs twice, or the parent of one is missing or no directory
     */
    public static Manifest of(Collection<? extends ManifestEntry> entries) {
        ManifestEntry[] sorted = entries.toArray(new ManifestEntry[0]);
        Arrays.sort(sorted, BY_PATH);
        Manifest manifest = new Manifest(sorted);
        manifest.requireConsistent();
        return manifest;
    }

    private void requireConsistent() {
        String parent = null;
        String previous = null;
        for (ManifestEntry entry : entries) {
            String path = entry.path();
            if (path.equals(previous)) {
                throw new IllegalArgumentException("The path '" + path + "' occurs twice");
            }
            previous = path;
            int slash = path.lastIndexOf('/');
            if (slash < 0 || parent != null && parent.length() == slash && path.startsWith(parent)) {
                continue;
            }
            parent = path.substring(0, slash);
            if (!(find(parent).orElse(null) instanceof DirectoryEntry)) {
                throw new IllegalArgumentException(
                        "The path '" + path + "' is not in a directory: '" + parent + "' is none");
            }
        }
    }

    /** All entries, sorted; a directory comes before what is in it. */
    public Collection<ManifestEntry> entries() {
        return Collections.unmodifiableList(Arrays.asList(entries));
    }

    /** What stands at this relative path. */
    public Optional<ManifestEntry> find(String path) {
        int low = 0;
        int high = entries.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = EntryPath.ORDER.compare(path, entries[middle].path());
            if (order == 0) {
                return Optional.of(entries[middle]);
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return Optional.empty();
    }

    /** The regular files, sorted. */
    public List<FileEntry> files() {
        List<FileEntry> files = new ArrayList<>();
        for (ManifestEntry entry : entries) {
            if (entry instanceof FileEntry file) {
                files.add(file);
            }
        }
        return files;
    }

    /** Bytes of content, all files together. */
    public long totalBytes() {
        return files().stream().mapToLong(FileEntry::size).sum();
    }

    /** Whether there is no entry. */
    public boolean isEmpty() {
        return entries.length == 0;
    }

    /** Its name in an object store: the SHA-256 of its serialised form. */
    public ContentId id() {
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
        return mapped(entry ->
                entry instanceof FileEntry file && !file.attributes().isEmpty() ? file.with(Attributes.NONE) : entry);
    }

    /** The entries that pass, which must not leave any without its parent. */
    public Manifest filtered(Predicate<ManifestEntry> kept) {
        return of(Arrays.stream(entries).filter(kept).toList());
    }

    /** The tree in this directory of it, as if that were the root; empty if there is no such directory. */
    public Manifest in(String directory) {
        String prefix = directory + "/";
        return of(Arrays.stream(entries)
                .filter(entry -> entry.path().startsWith(prefix))
                .map(entry -> entry.at(entry.path().substring(prefix.length())))
                .toList());
    }

    /** What stands in a tree when this one is put into a directory of it: the paths of all entries, without the directory. */
    public List<ManifestEntry> under(String directory) {
        return Arrays.stream(entries)
                .map(entry -> entry.at(directory + "/" + entry.path()))
                .toList();
    }

    private Manifest mapped(UnaryOperator<ManifestEntry> change) {
        return new Manifest(Arrays.stream(entries).map(change).toArray(ManifestEntry[]::new));
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
        return other instanceof Manifest manifest && Arrays.equals(entries, manifest.entries);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(entries);
    }

    @Override
    public String toString() {
        return "Manifest of " + entries.length + " entries, content root " + contentRoot();
    }
}
