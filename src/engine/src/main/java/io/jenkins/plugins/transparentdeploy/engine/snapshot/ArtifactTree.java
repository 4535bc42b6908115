package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects what an artifact says is in it, and believes none of it: a name, a link or a mode only gets in if the tree it
 * makes stays below its root.
 */
final class ArtifactTree {
    private static final int PERMISSIONS = 0777;
    private static final int OWNER_READ = 0400;
    private static final FileMode PLAIN_FILE = new FileMode(0644);
    private static final FileMode PLAIN_DIRECTORY = new FileMode(0755);

    private final Path artifact;
    private final int stripComponents;
    private final TreeMap<String, ManifestEntry> entries = new TreeMap<>(EntryPath.ORDER);

    ArtifactTree(Path artifact, int stripComponents) {
        this.artifact = artifact;
        this.stripComponents = stripComponents;
    }

    /** @param rawMode permission and other bits, of which only permissions count; 0 if the archive does not say */
    void addDirectory(String name, int rawMode) {
        Optional<String> path = pathOf(name, true);
        if (path.isPresent()) {
            FileMode mode = permissions(rawMode).map(FileMode::opened).orElse(PLAIN_DIRECTORY);
            DirectoryEntry directory = new DirectoryEntry(path.get(), mode, Owner.UNKNOWN);
            if (!(entries.get(path.get()) instanceof DirectoryEntry)) {
                addOnce(directory, name);
            }
        }
    }

    /** @param rawMode as for a directory */
    void addFile(String name, int rawMode, Instant modified, ObjectStore.Stored stored) {
        FileMode mode = permissions(rawMode)
                .map(given -> new FileMode(given.bits() | OWNER_READ))
                .orElse(PLAIN_FILE);
        addOnce(new FileEntry(fullPathOf(name), mode, modified, Owner.UNKNOWN, stored.size(), stored.id()), name);
    }

    void addSymlink(String name, String target) {
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw refusal("has a link without a target, '" + printable(name) + "'");
        }
        addOnce(new SymlinkEntry(fullPathOf(name), target), name);
    }

    /** A second name for a file that came before; it becomes a file of its own. */
    void addHardLink(String name, String existing) {
        if (!(entries.get(fullPathOf(existing)) instanceof FileEntry file)) {
            throw refusal("has a hard link '" + printable(name) + "' to '" + printable(existing)
                    + "', which is no file that came before it");
        }
        addOnce(
                new FileEntry(
                        fullPathOf(name), file.mode(), file.modified(), file.owner(), file.size(), file.content()),
                name);
    }

    /** The tree, with the directories that were only implied. */
    Manifest finish() {
        for (ManifestEntry entry : List.copyOf(entries.values())) {
            addParentsOf(entry);
        }
        if (entries.isEmpty()) {
            throw new RefusedException(
                    "The artifact " + artifact + " is empty", "Name what the build made, or build it");
        }
        Manifest manifest = Manifest.of(entries.values());
        new LinkResolver(manifest).firstEscaping().ifPresent(link -> {
            throw refusal("has a link that leaves it: '" + printable(link.path()) + "' leads to '"
                    + printable(link.target()) + "'");
        });
        return manifest;
    }

    int size() {
        return entries.size();
    }

    RefusedException refusal(String problem) {
        return new RefusedException(
                "The artifact " + artifact + " " + problem, "Build the artifact again, without that");
    }

    /** What people see of a name that somebody else chose. */
    static String printable(String name) {
        return name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void addParentsOf(ManifestEntry entry) {
        Optional<String> parent = EntryPath.parentOf(entry.path());
        while (parent.isPresent()) {
            ManifestEntry there = entries.get(parent.get());
            if (there == null) {
                entries.put(parent.get(), new DirectoryEntry(parent.get(), PLAIN_DIRECTORY, Owner.UNKNOWN));
            } else if (!(there instanceof DirectoryEntry)) {
                throw refusal("has '" + printable(entry.path()) + "' beneath '" + printable(parent.get())
                        + "', which is a " + there.description());
            }
            parent = EntryPath.parentOf(parent.get());
        }
    }

    private void addOnce(ManifestEntry entry, String name) {
        if (entries.put(entry.path(), entry) != null) {
            throw refusal("has '" + printable(name) + "' twice");
        }
    }

    private String fullPathOf(String name) {
        return pathOf(name, false).orElseThrow();
    }

    /** The path without what is stripped; empty for a directory of which nothing is left. */
    private Optional<String> pathOf(String name, boolean directory) {
        if (name.startsWith("/")) {
            throw refusal("has an absolute path, '" + printable(name) + "'");
        }
        if (name.indexOf('\\') >= 0) {
            throw refusal("has a backslash in a path, '" + printable(name) + "'");
        }
        if (name.indexOf('\uFFFD') >= 0) {
            throw refusal("has a name that is not UTF-8, '" + printable(name) + "'");
        }
        List<String> names = new ArrayList<>();
        for (String part : name.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                names.add(part);
            }
        }
        if (names.contains("..")) {
            throw refusal("has '..' in a path, '" + printable(name) + "'");
        }
        if (names.size() <= stripComponents) {
            if (directory) {
                return Optional.empty();
            }
            throw refusal("has '" + printable(name) + "', of which nothing is left when " + stripComponents
                    + " path components are stripped");
        }
        String path = String.join("/", names.subList(stripComponents, names.size()));
        EntryPath.problemOf(path).ifPresent(problem -> {
            throw refusal("has a path that " + problem + ", '" + printable(name) + "'");
        });
        requireRepresentable(path);
        return Optional.of(path);
    }

    private void requireRepresentable(String path) {
        try {
            Path.of(path);
        } catch (InvalidPathException e) {
            throw new RefusedException(
                    "The artifact " + artifact + " has a name that cannot be written in the encoding "
                            + System.getProperty("sun.jnu.encoding") + ", '" + printable(path) + "'",
                    "Start with LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static Optional<FileMode> permissions(int rawMode) {
        int bits = rawMode & PERMISSIONS;
        return bits == 0 ? Optional.empty() : Optional.of(new FileMode(bits));
    }
}
