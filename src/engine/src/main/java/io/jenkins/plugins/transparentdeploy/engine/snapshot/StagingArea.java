package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory of one owner for what is not finished, guarded by a lock beside it: {@code <name>/} and {@code <name>.lock}.
 * What the lock of nobody guards was left behind by a process that died, and is removed.
 */
final class StagingArea implements Closeable {
    private static final String LOCK = ".lock";

    private final Path directory;
    private final Path lockFile;
    private final ProcessLock lock;
    private final AtomicLong count = new AtomicLong();

    private StagingArea(Path directory, Path lockFile, ProcessLock lock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** A new area in this directory, from which dead ones are removed first. */
    static StagingArea open(Path parent) throws IOException {
        Files.createDirectories(parent);
        removeDead(parent);
        while (true) {
            String name = UUID.randomUUID().toString();
            Path lockFile = parent.resolve(name + LOCK);
            Optional<ProcessLock> lock = acquire(lockFile);
            // Between creating the lock file and locking it, somebody may have taken it for a dead one's.
            if (lock.isPresent() && Files.exists(lockFile)) {
                Path directory = Files.createDirectory(parent.resolve(name));
                return new StagingArea(directory, lockFile, lock.get());
            }
            if (lock.isPresent()) {
                lock.get().close();
            }
        }
    }

    /** A path in the area that is not used yet. */
    Path newPath() {
        return directory.resolve(Long.toString(count.incrementAndGet(), Character.MAX_RADIX));
    }

    @Override
    public void close() throws IOException {
        DurableFiles.deleteTree(directory);
        Files.deleteIfExists(lockFile);
        lock.close();
    }

    private static void removeDead(Path parent) throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
            for (Path child : children) {
                String name = child.getFileName().toString();
                int dot = name.indexOf('.');
                if (dot != 0) {
                    names.add(dot < 0 ? name : name.substring(0, dot));
                }
            }
        } catch (NoSuchFileException nothingThere) {
            return;
        }
        for (String name : names) {
            Path lockFile = parent.resolve(name + LOCK);
            Optional<ProcessLock> lock = acquire(lockFile);
            if (lock.isPresent()) {
                DurableFiles.deleteTree(parent.resolve(name));
                Files.deleteIfExists(lockFile);
                lock.get().close();
            }
        }
    }

    private static Optional<ProcessLock> acquire(Path lockFile) throws IOException {
        return ProcessLock.acquireIfFree(
                lockFile, Holder.thisProcess("tdeploy", "staging area of a store", Clock.systemUTC()));
    }
}
