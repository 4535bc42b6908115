package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Opens regular files in a tree to which somebody else may write, who may put a pipe in a file's place after it was looked
 * at. Opening a pipe waits for somebody who writes to it, and Java knows no way of opening that does not wait; so a thread
 * watches, and ends the waiting by opening the pipe's other end. Used by several threads.
 */
final class RegularFiles implements Closeable {
    private static final long PATIENCE_MILLIS = 200;

    private final Set<Opening> openings = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Each is itself, also where two threads open the same file. */
    private static final class Opening {
        private final Path file;
        private final long since = System.nanoTime();

        Opening(Path file) {
            this.file = file;
        }

        boolean takesLong() {
            return System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        }
    }

    RegularFiles() {
        Thread watch = new Thread(this::watch, "pipes in the place of files");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * Opens a file to be read; no link is followed.
     *
     * @throws RefusedException if it is a pipe by now
     */
    InputStream open(Path file) throws IOException {
        Opening opening = new Opening(file);
        openings.add(opening);
        SeekableByteChannel channel;
        try {
            channel = Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } finally {
            openings.remove(opening);
        }
        try {
            // What has no position is none: asked of what was opened, whatever has the name by now.
            channel.position();
        } catch (IOException e) {
            channel.close();
            throw new RefusedException(
                    file + " was a file and has become a pipe while the tree was read",
                    "Find out who put it there, and remove it",
                    e);
        }
        return Channels.newInputStream(channel);
    }

    private void watch() {
        try {
            while (!closed.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                openings.stream().filter(Opening::takesLong).forEach(opening -> endWaiting(opening.file));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Both ends of a pipe at once are opened without waiting. */
    private static void endWaiting(Path file) {
        try {
            FileStat stat = FileStat.of(file);
            if (!stat.isRegularFile() && !stat.isDirectory() && !stat.isSymlink()) {
                Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                        .close();
            }
        } catch (IOException gone) {
            // Tried again, as long as somebody waits.
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
