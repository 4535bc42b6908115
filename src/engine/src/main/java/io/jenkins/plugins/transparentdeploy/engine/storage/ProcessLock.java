package io.jenkins.plugins.transparentdeploy.engine.storage;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on a file that one process, and within it one owner, holds at a time. The operating system releases it when
 * the process dies, however it dies, so there are no stale locks to break.
 *
 * <p>Who holds it is written beside it, in {@code <lock file>.holder}: POSIX drops all of a process's locks on a file
 * when the process closes <em>any</em> descriptor of that file, so the lock file itself must not be opened to be read.
 * For the same reason the locks of this process are remembered, and a second attempt never opens the file.
 */
public final class ProcessLock implements Closeable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock without waiting. The lock file and its directory are created when missing; the file stays when the
     * lock is released.
     *
     * @throws RefusedException if another owner holds it; names the holder
     * @throws IOException if the file cannot be opened or locked at all
     */
    public static ProcessLock tryAcquire(Path lockFile, Holder holder) throws IOException {
        return acquireIfFree(lockFile, holder).orElseThrow(() -> refusal(lockFile));
    }

    /** As {@link #tryAcquire}, but empty when another owner holds it. */
    public static Optional<ProcessLock> acquireIfFree(Path lockFile, Holder holder) throws IOException {
        Path directory = lockFile.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path file = directory.toRealPath().resolve(lockFile.getFileName());
        if (!HELD_HERE.add(file)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean acquired = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return Optional.empty();
            }
            DurableFiles.write(holderFile(file), Json.MAPPER.writeValueAsBytes(holder));
            acquired = true;
            return Optional.of(new ProcessLock(file, channel));
        } finally {
            if (!acquired) {
                if (channel != null) {
                    channel.close();
                }
                HELD_HERE.remove(file);
            }
        }
    }

    /** Releases the lock. Does nothing the second time. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try {
            Files.deleteIfExists(holderFile(file));
        } finally {
            channel.close();
            HELD_HERE.remove(file);
        }
    }

    /** Who wrote that it holds this lock; whether it still does is another question. Empty if that cannot be read. */
    public static Optional<Holder> holderOf(Path lockFile) {
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(holderFile(lockFile)), Holder.class));
        } catch (IOException e) {
            // Between taking the lock and writing the name, and for the moment of a release, there is no name.
            return Optional.empty();
        }
    }

    private static RefusedException refusal(Path lockFile) {
        return holderOf(lockFile)
                .map(holder -> new RefusedException(
                        "%s is locked by %s since %s (process %d on %s): %s"
                                .formatted(
                                        lockFile,
                                        holder.who(),
                                        holder.since(),
                                        holder.pid(),
                                        holder.host(),
                                        holder.what()),
                        "Wait until it has finished, or end process %d; the lock is then free by itself"
                                .formatted(holder.pid())))
                .orElseGet(() -> new RefusedException(
                        lockFile + " is locked by a process that has not written its name",
                        "Try again in a moment; `fuser " + lockFile + "` names the process"));
    }

    private static Path holderFile(Path lockFile) {
        return lockFile.resolveSibling(lockFile.getFileName() + ".holder");
    }
}
