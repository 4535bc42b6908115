package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Workers;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinTask;

/** Walks a tree once, following no link, and says what is there. Directories are read by several threads. */
final class TreeScanner {
    private static final int READ_ATTEMPTS = 3;

    /** Turns a file's bytes into the id of its content. Used by several threads. */
    @FunctionalInterface
    interface ContentReader {
        ContentId read(InputStream content) throws IOException;
    }

    /** What to make of files whose content is known from their stat, and what to remember. Used by several threads. */
    interface Memory {
        /** Begins with a directory. @param path relative to the root, empty for the root */
        DirectoryMemory enter(String path);
    }

    /** Of the files in one directory. Used by one thread. */
    interface DirectoryMemory {
        Optional<ContentId> recall(String name, FileStat stat);

        void remember(String name, FileStat stat, Owner owner, ContentId content) throws IOException;

        /** Remembers a link or a directory, whose content is not asked for. */
        void remember(String name, FileStat stat, Owner owner) throws IOException;

        /** Ends with it. */
        void leave();
    }

    /** What a directory holds, seen from the directory that it is in. */
    private record Holds(boolean managed, boolean unmanaged) {
        Holds and(Holds other) {
            return new Holds(managed || other.managed, unmanaged || other.unmanaged);
        }
    }

    private final Path root;
    private final ManagedPaths.Matcher notManaged;
    private final boolean wantsAttributes;
    private final ContentReader reader;
    private final Memory memory;
    private final Queue<List<ManifestEntry>> found = new ConcurrentLinkedQueue<>();
    private final Set<String> incidental = ConcurrentHashMap.newKeySet();
    private final Set<String> holdingUnmanaged = ConcurrentHashMap.newKeySet();
    private final Workers workers = new Workers();
    private long device;
    private boolean withAttributes;

    TreeScanner(Path root, ManagedPaths managed, ContentReader reader, Memory memory) {
        this.root = root;
        this.notManaged = managed.matcher();
        this.wantsAttributes = managed.attributes();
        this.reader = reader;
        this.memory = memory;
    }

    /** @throws java.nio.file.NoSuchFileException if something vanished meanwhile */
    ScannedTree scan() throws IOException {
        device = FileStat.of(root).device();
        withAttributes = wantsAttributes && Attributes.areKeptBelow(root);
        workers.run(new DirectoryScan(root, "").task);
        List<ManifestEntry> entries = new ArrayList<>();
        found.forEach(entries::addAll);
        return new ScannedTree(Manifest.of(entries), incidental, holdingUnmanaged);
    }

    /** One directory, and what is below it. */
    private final class DirectoryScan {
        private final Path directory;
        /** Of the paths in it: empty for the root, else ends with a slash. */
        private final String prefix;

        private final List<ManifestEntry> entries = new ArrayList<>();
        private final Map<String, DirectoryScan> below = new TreeMap<>();
        private final ForkJoinTask<Holds> task = ForkJoinTask.adapt(this::attempt);

        DirectoryScan(Path directory, String prefix) {
            this.directory = directory;
            this.prefix = prefix;
        }

        private Holds attempt() {
            return workers.attempt(this::scan, new Holds(true, false));
        }

        private Holds scan() throws IOException {
            DirectoryMemory remembered =
                    memory.enter(prefix.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1));
            Map<String, Path> children = childrenOf(directory);
            Holds holds = new Holds(children.isEmpty(), false);
            for (Map.Entry<String, Path> child : children.entrySet()) {
                String path = prefix + child.getKey();
                if (notManaged.matches(path)) {
                    holds = new Holds(holds.managed(), true);
                } else if (scanEntry(child.getValue(), child.getKey(), path, remembered)) {
                    holds = new Holds(true, holds.unmanaged());
                }
            }
            remembered.leave();
            found.add(entries);
            for (Map.Entry<String, DirectoryScan> child : below.entrySet()) {
                holds = holds.and(leave(child.getKey(), child.getValue().task.join()));
            }
            return holds;
        }

        /** @return whether it is something managed; of a directory only its join says that */
        private boolean scanEntry(Path file, String name, String path, DirectoryMemory remembered) throws IOException {
            FileStat stat = FileStat.of(file);
            if (stat.isDirectory()) {
                enter(file, path, stat);
                remembered.remember(name, stat, stat.owner(file));
                return false;
            }
            if (stat.isSymlink()) {
                entries.add(new SymlinkEntry(path, Files.readSymbolicLink(file).toString()));
                remembered.remember(name, stat, stat.owner(file));
            } else if (stat.isRegularFile()) {
                entries.add(readFile(file, name, path, stat, remembered));
            } else {
                throw new RefusedException(
                        file + " is a socket, pipe or device, which cannot be kept in a snapshot",
                        "Remove it, or add '" + path + "' to exclude: of the target");
            }
            return true;
        }

        private void enter(Path child, String path, FileStat stat) throws IOException {
            if (stat.device() != device) {
                throw new RefusedException(
                        child + " is a mount point inside " + root,
                        "Add '" + path + "/**' to shared: or exclude: of the target, or unmount it");
            }
            entries.add(new DirectoryEntry(path, stat.mode(), stat.owner(child)));
            DirectoryScan scan = new DirectoryScan(child, path + "/");
            below.put(path, scan);
            scan.task.fork();
        }

        private Holds leave(String path, Holds holds) {
            if (holds.unmanaged()) {
                holdingUnmanaged.add(path);
                if (!holds.managed()) {
                    incidental.add(path);
                }
            }
            return holds;
        }
    }

    private FileEntry readFile(Path file, String name, String path, FileStat first, DirectoryMemory remembered)
            throws IOException {
        FileStat stat = first;
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            Optional<ContentId> known = remembered.recall(name, stat);
            if (known.isPresent()) {
                remembered.remember(name, stat, stat.owner(file), known.get());
                return entryOf(file, path, stat, known.get());
            }
            ContentId content = contentOf(file, path);
            FileStat after = FileStat.of(file);
            if (after.equals(stat)) {
                remembered.remember(name, stat, stat.owner(file), content);
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

    private FileEntry entryOf(Path file, String path, FileStat stat, ContentId content) throws IOException {
        return new FileEntry(
                path,
                stat.mode(),
                stat.modified().toInstant(),
                stat.owner(file),
                stat.size(),
                content,
                withAttributes ? Attributes.of(file) : Attributes.NONE);
    }

    private Map<String, Path> childrenOf(Path directory) throws IOException {
        Map<String, Path> children = new TreeMap<>(EntryPath.ORDER);
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                children.put(representable(child), child);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (AccessDeniedException e) {
            throw unreadable(directory, root.relativize(directory).toString(), e);
        }
        return children;
    }

    /** Java decodes names with replacement; a name that does not come back the same cannot be restored. */
    private static String representable(Path child) {
        Path name = child.getFileName();
        String spelled = name.toString();
        if (isAscii(spelled)) {
            return spelled;
        }
        try {
            if (child.getFileSystem().getPath(spelled).equals(name)) {
                return spelled;
            }
        } catch (InvalidPathException notEncodable) {
            // The same problem seen from the other side.
        }
        throw new RefusedException(
                "The name of " + child + " cannot be represented: it is not valid in the encoding "
                        + System.getProperty("sun.jnu.encoding"),
                "Rename it, or start with LC_ALL=C.UTF-8 if the name is UTF-8");
    }

    /** What is decoded to ASCII was it; replacements are question marks only where the encoding is ASCII itself. */
    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80 || name.charAt(i) == '?') {
                return false;
            }
        }
        return true;
    }

    private static RefusedException unreadable(Path file, String path, IOException cause) {
        return new RefusedException(
                file + " cannot be read by user " + System.getProperty("user.name"),
                "Give that user read permission, or add '" + path + "' to exclude: of the target",
                cause);
    }
}
