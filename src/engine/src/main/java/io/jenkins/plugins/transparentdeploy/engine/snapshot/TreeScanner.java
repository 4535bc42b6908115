package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Spool;
import io.jenkins.plugins.transparentdeploy.engine.storage.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinTask;

/** Walks a tree once, following no link, and says what is there. Directories are read by several threads. */
final class TreeScanner {
    private static final int READ_ATTEMPTS = 3;
    /** Directories in one directory that may wait for a thread. */
    private static final int MOST_AHEAD = 256;

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

    /** Of the files in one directory, asked in the order of their names, which are UTF-8. Used by one thread. */
    interface DirectoryMemory {
        Optional<ContentId> recall(byte[] name, FileStat stat);

        void remember(byte[] name, FileStat stat, Owner owner, ContentId content) throws IOException;

        /** Remembers a link or a directory, whose content is not asked for. */
        void remember(byte[] name, FileStat stat, Owner owner) throws IOException;

        /** Ends with it. */
        void leave() throws IOException;
    }

    private final Path root;
    private final ManagedPaths.Matcher notManaged;
    private final boolean wantsAttributes;
    private final ContentReader reader;
    private final Memory memory;
    private final OwnerTable owners = new OwnerTable();
    private final Set<String> incidental = ConcurrentHashMap.newKeySet();
    private final Set<String> holdingUnmanaged = ConcurrentHashMap.newKeySet();
    private final Workers workers = new Workers();
    private long device;
    private boolean withAttributes;
    private Spool runs;
    private RegularFiles files;

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
        try (Spool spool = new Spool();
                RegularFiles opened = new RegularFiles()) {
            runs = spool;
            files = opened;
            ForkJoinTask<ScannedDirectory> scan = new DirectoryScan(root, "").task;
            workers.run(scan);
            Manifest manifest = scan.getRawResult().manifest(spool.seal(), owners);
            return new ScannedTree(manifest, incidental, holdingUnmanaged);
        }
    }

    /** One directory, and what is below it. */
    private final class DirectoryScan {
        private final Path directory;
        /** Of the paths in it: empty for the root, else ends with a slash. */
        private final String prefix;

        private final Deque<DirectoryScan> below = new ArrayDeque<>();
        private final List<ScannedDirectory> scanned = new ArrayList<>();
        private boolean managed;
        private boolean unmanaged;
        private final ForkJoinTask<ScannedDirectory> task = ForkJoinTask.adapt(this::attempt);

        DirectoryScan(Path directory, String prefix) {
            this.directory = directory;
            this.prefix = prefix;
        }

        private ScannedDirectory attempt() {
            return workers.attempt(this::scan, ScannedDirectory.EMPTY);
        }

        private ScannedDirectory scan() throws IOException {
            DirectoryMemory remembered = memory.enter(path());
            String[] names = namesIn(directory);
            EntryRun run = new EntryRun(prefix, runs);
            managed = names.length == 0;
            for (String name : names) {
                String path = prefix + name;
                if (notManaged.matches(path)) {
                    unmanaged = true;
                } else {
                    scanEntry(directory.resolve(name), path, run.at(name), remembered);
                }
                if (below.size() > MOST_AHEAD) {
                    join(below.remove());
                }
            }
            remembered.leave();
            long[] addresses = run.end();
            while (!below.isEmpty()) {
                join(below.remove());
            }
            return new ScannedDirectory(addresses, scanned.toArray(ScannedDirectory[]::new), managed, unmanaged);
        }

        private String path() {
            return prefix.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1);
        }

        private void scanEntry(Path file, String path, EntryRun run, DirectoryMemory remembered) throws IOException {
            if (!run.fits()) {
                throw new RefusedException(
                        "The path of " + file + " is too long to be kept in a snapshot",
                        "Shorten it, or add '" + prefix + "**' to exclude: of the target");
            }
            FileStat stat = FileStat.of(file);
            if (stat.isDirectory()) {
                enter(file, path, stat);
                run.addDirectory(stat.mode(), owners.numberOf(stat.owner(file)));
                remembered.remember(run.name(), stat, stat.owner(file));
                return;
            }
            managed = true;
            if (stat.isSymlink()) {
                run.addSymlink(representable(Files.readSymbolicLink(file), file));
                remembered.remember(run.name(), stat, stat.owner(file));
            } else if (stat.isRegularFile()) {
                readFile(file, path, stat, run, remembered);
            } else {
                throw new RefusedException(
                        file + " is a socket, pipe or device, which cannot be kept in a snapshot",
                        "Remove it, or add '" + path + "' to exclude: of the target");
            }
        }

        private void enter(Path child, String path, FileStat stat) {
            if (stat.device() != device) {
                throw new RefusedException(
                        child + " is a mount point inside " + root,
                        "Add '" + path + "/**' to shared: or exclude: of the target, or unmount it");
            }
            DirectoryScan scan = new DirectoryScan(child, path + "/");
            below.add(scan);
            scan.task.fork();
        }

        /** Of a directory only this says whether it is something managed. */
        private void join(DirectoryScan child) {
            ScannedDirectory found = child.task.join();
            scanned.add(found);
            managed |= found.managed();
            unmanaged |= found.unmanaged();
            if (found.unmanaged()) {
                holdingUnmanaged.add(child.path());
                if (!found.managed()) {
                    incidental.add(child.path());
                }
            }
        }
    }

    private void readFile(Path file, String path, FileStat first, EntryRun run, DirectoryMemory remembered)
            throws IOException {
        FileStat stat = first;
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            Optional<ContentId> known = remembered.recall(run.name(), stat);
            ContentId content = known.isPresent() ? known.get() : contentOf(file, path);
            FileStat after = known.isPresent() ? stat : FileStat.of(file);
            if (after.equals(stat)) {
                remembered.remember(run.name(), stat, stat.owner(file), content);
                run.addFile(
                        stat,
                        owners.numberOf(stat.owner(file)),
                        content,
                        withAttributes ? Attributes.of(file) : Attributes.NONE);
                return;
            }
            if (!after.isRegularFile()) {
                throw new RefusedException(
                        file + " was a file and is none any more while the tree is read",
                        "Find out who replaced it, and try again");
            }
            stat = after;
        }
        throw new RefusedException(
                file + " changes while it is read; " + READ_ATTEMPTS + " attempts found it different each time",
                "If the application writes it, add '" + path + "' to exclude: of the target; else stop the writer");
    }

    private ContentId contentOf(Path file, String path) throws IOException {
        try (InputStream content = files.open(file)) {
            return reader.read(content);
        } catch (AccessDeniedException e) {
            throw unreadable(file, path, e);
        }
    }

    /** Sorted; names rather than paths, because there may be very many. */
    private String[] namesIn(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                names.add(representable(child.getFileName(), child));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (AccessDeniedException e) {
            throw unreadable(directory, root.relativize(directory).toString(), e);
        }
        String[] sorted = names.toArray(String[]::new);
        Arrays.sort(sorted, EntryPath.ORDER);
        return sorted;
    }

    /** Java decodes names with replacement; a name that does not come back the same cannot be restored. */
    private static String representable(Path name, Path file) {
        String spelled = name.toString();
        if (isAscii(spelled)) {
            return spelled;
        }
        try {
            if (name.getFileSystem().getPath(spelled).equals(name)) {
                return spelled;
            }
        } catch (InvalidPathException notEncodable) {
            // The same problem seen from the other side.
        }
        throw new RefusedException(
                (name.equals(file.getFileName()) ? "The name of " : "What the link says that is at ") + file
                        + " cannot be represented: it is not valid in the encoding "
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
