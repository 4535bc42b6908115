package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
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
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A directory of one owner for what is not finished, guarded by a lock beside it: {@code <name>/} and {@code <name>.lock}.
 * What the lock of nobody guards was left behind by a process that died, and is removed.
 */
final class StagingArea implements Closeable {
    private static final String LOCK = ".lock";
    /** Held by who must be alone; its name is of no area. */
    private static final String ALONE = ".alone";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

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
                return enter(parent, name, lockFile, lock.get());
            }
            if (lock.isPresent()) {
                lock.get().close();
            }
        }
    }

    private static StagingArea enter(Path parent, String name, Path lockFile, ProcessLock lock) throws IOException {
        boolean entered = false;
        try {
            awaitNobodyAlone(parent);
            StagingArea area = new StagingArea(Files.createDirectory(parent.resolve(name)), lockFile, lock);
            entered = true;
            return area;
        } finally {
            if (!entered) {
                lock.close();
            }
        }
    }

    /** A path in the area that is not used yet. */
    Path newPath() {
        return directory.resolve(Long.toString(count.incrementAndGet(), Character.MAX_RADIX));
    }

    /**
     * Keeps others out until the result is closed: who opens an area meanwhile waits.
     *
     * @throws RefusedException if somebody else has an area, or is alone
     */
    Closeable alone() throws IOException {
        // Whoever opens an area takes its lock before looking at this one, so that one of the two sees the other.
        ProcessLock alone = ProcessLock.tryAcquire(
                directory.resolveSibling(ALONE),
                Holder.thisProcess("tdeploy", "housekeeping of a store", Clock.systemUTC()));
        boolean free = false;
        try {
            removeDead(directory.getParent());
            Optional<String> other = othersThan(directory.getFileName().toString());
            if (other.isPresent()) {
                throw new RefusedException(
                        "The store " + directory.getParent().getParent() + " is used by "
                                + ProcessLock.holderOf(directory.resolveSibling(other.get() + LOCK))
                                        .map(holder -> "process " + holder.pid() + " on " + holder.host())
                                        .orElse("another process"),
                        "Try again when no deployment runs");
            }
            free = true;
            return alone;
        } finally {
            if (!free) {
                alone.close();
            }
        }
    }

    /** Whether somebody waits for whoever is alone here; the answer is about a moment. */
    boolean isAwaited() throws IOException {
        return othersThan(directory.getFileName().toString()).isPresent();
    }

    private Optional<String> othersThan(String own) throws IOException {
        try (Stream<Path> children = Files.list(directory.getParent())) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> name.endsWith(LOCK) && !name.startsWith("."))
                    .map(name -> name.substring(0, name.length() - LOCK.length()))
                    .filter(name -> !name.equals(own))
                    .findFirst();
        }
    }

    private static void awaitNobodyAlone(Path parent) throws IOException {
        Path lockFile = parent.resolve(ALONE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ProcessLock.holderOf(lockFile).isPresent()) {
            Optional<ProcessLock> lock = acquire(lockFile);
            if (lock.isPresent()) {
                // Its holder died; now nobody is alone.
                lock.get().close();
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new RefusedException(
                        "The store " + parent.getParent() + " is being pruned or repaired", "Try again in a while");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        // What cannot be deleted is a dead one's from then on.
        try (lock) {
            DurableFiles.deleteTree(directory);
            Files.deleteIfExists(lockFile);
        }
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
                try (Closeable dead = lock.get()) {
                    DurableFiles.deleteTree(parent.resolve(name));
                    Files.deleteIfExists(lockFile);
                }
            }
        }
    }

    private static Optional<ProcessLock> acquire(Path lockFile) throws IOException {
        return ProcessLock.acquireIfFree(
                lockFile, Holder.thisProcess("tdeploy", "staging area of a store", Clock.systemUTC()));
    }
}
