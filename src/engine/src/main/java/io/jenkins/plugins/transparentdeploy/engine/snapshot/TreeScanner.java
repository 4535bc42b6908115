package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Walks a tree once, following no link, and says what is there. */
final class TreeScanner {
    private static final int READ_ATTEMPTS = 3;

    /** Turns a file's bytes into the id of its content. */
    @FunctionalInterface
    interface ContentReader {
        ContentId read(InputStream content) throws IOException;
    }

    /** What to make of a file whose content is known from its stat, and what to remember. */
    interface Memory {
        Optional<ContentId> recall(String path, FileStat stat);

        void remember(String path, FileStat stat, ContentId content);
    }

    /** What a directory holds, seen from the directory that it is in. */
    private record Holds(boolean managed, boolean unmanaged) {}

    private final Path root;
    private final ManagedPaths.Matcher notManaged;
    private final ContentReader reader;
    private final Memory memory;
    private final List<ManifestEntry> entries = new ArrayList<>();
    private final Set<String> incidental = new HashSet<>();
    private final Set<String> holdingUnmanaged = new HashSet<>();
    private long device;

    TreeScanner(Path root, ManagedPaths managed, ContentReader reader, Memory memory) {
        this.root = root;
        this.notManaged = managed.matcher();
        this.reader = reader;
        this.memory = memory;
    }

    /** @throws java.nio.file.NoSuchFileException if something vanished meanwhile */
    ScannedTree scan() throws IOException {
        device = FileStat.of(root).device();
        scanDirectory(root, "");
        return new ScannedTree(Manifest.of(entries), incidental, holdingUnmanaged);
    }

    private Holds scanDirectory(Path directory, String prefix) throws IOException {
        boolean managed = false;
        boolean unmanaged = false;
        int children = 0;
        for (String name : namesIn(directory)) {
            String path = prefix + name;
            children++;
            if (notManaged.matches(path)) {
                unmanaged = true;
                continue;
            }
            Holds holds = scanEntry(directory.resolve(name), path);
            managed |= holds.managed();
            unmanaged |= holds.unmanaged();
        }
        return new Holds(managed || children == 0, unmanaged);
    }

    private Holds scanEntry(Path file, String path) throws IOException {
        FileStat stat = FileStat.of(file);
        if (stat.isDirectory()) {
            return enter(file, path, stat);
        }
        if (stat.isSymlink()) {
            entries.add(new SymlinkEntry(path, Files.readSymbolicLink(file).toString()));
        } else if (stat.isRegularFile()) {
            entries.add(readFile(file, path, stat));
        } else {
            throw new RefusedException(
                    file + " is a socket, pipe or device, which cannot be kept in a snapshot",
                    "Remove it, or add '" + path + "' to exclude: of the target");
        }
        return new Holds(true, false);
    }

    private Holds enter(Path directory, String path, FileStat stat) throws IOException {
        if (stat.device() != device) {
            throw new RefusedException(
                    directory + " is a mount point inside " + root,
                    "Add '" + path + "/**' to shared: or exclude: of the target, or unmount it");
        }
        entries.add(new DirectoryEntry(path, stat.mode(), stat.owner(directory)));
        Holds holds = scanDirectory(directory, path + "/");
        if (holds.unmanaged()) {
            holdingUnmanaged.add(path);
            if (!holds.managed()) {
                incidental.add(path);
            }
        }
        return holds;
    }

    private FileEntry readFile(Path file, String path, FileStat first) throws IOException {
        FileStat stat = first;
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            Optional<ContentId> known = memory.recall(path, stat);
            if (known.isPresent()) {
                memory.remember(path, stat, known.get());
                return entryOf(file, path, stat, known.get());
            }
            ContentId content = contentOf(file, path);
            FileStat after = FileStat.of(file);
            if (after.equals(stat)) {
                memory.remember(path, stat, content);
                return entryOf(file, path, stat, content);
            }
            stat = after;
        }
        throw new RefusedException(
                file + " changes while it is read; " + READ_ATTEMPTS + " attempts found it different each time",
                "If the application writes it, add '" + path + "' to exclude: of the target; else stop the writer");
    }

    private ContentId contentOf(Path file, String path) throws IOException {
        try (InputStream content = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return reader.read(content);
        } catch (AccessDeniedException e) {
            throw unreadable(file, path, e);
        }
    }

    private static FileEntry entryOf(Path file, String path, FileStat stat, ContentId content) throws IOException {
        return new FileEntry(path, stat.mode(), stat.modified().toInstant(), stat.owner(file), stat.size(), content);
    }

    private List<String> namesIn(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                names.add(representable(child));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (AccessDeniedException e) {
            throw unreadable(directory, root.relativize(directory).toString(), e);
        }
        names.sort(EntryPath.ORDER);
        return names;
    }

    /** Java decodes names with replacement; a name that does not come back the same cannot be restored. */
    private static String representable(Path child) {
        Path name = child.getFileName();
        try {
            if (child.getFileSystem().getPath(name.toString()).equals(name)) {
                return name.toString();
            }
        } catch (InvalidPathException notEncodable) {
            // The same problem seen from the other side.
        }
        throw new RefusedException(
                "The name of " + child + " cannot be represented: it is not valid in the encoding "
                        + System.getProperty("sun.jnu.encoding"),
                "Rename it, or start with LC_ALL=C.UTF-8 if the name is UTF-8");
    }

    private static RefusedException unreadable(Path file, String path, IOException cause) {
        return new RefusedException(
                file + " cannot be read by user " + System.getProperty("user.name"),
                "Give that user read permission, or add '" + path + "' to exclude: of the target",
                cause);
    }
}
