package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file that only grows. What an append could not write wholly (a full disk) is taken back, so that the file never
 * ends in half a record while its writer lives. Safe for use by several threads; those that sync at the same time share
 * one sync of the disk.
 *
 * <p>A sync that failed says nothing about the next one: a kernel may drop what it could not write and call the file
 * clean. So what is not known to be durable is kept in memory, and written again before it is synced again.
 */
public final class AppendOnlyFile implements Closeable {
    /** Beyond this much an append syncs by itself, so that what is kept in memory is bounded. */
    private static final int MOST_UNSYNCED = 1024 * 1024;

    private final Path path;
    private final FileChannel channel;
    /** Held by whoever asks the disk; taken before this object's monitor. */
    private final ReentrantLock syncing = new ReentrantLock();

    private ByteArrayOutputStream unsynced = new ByteArrayOutputStream();
    private long length;
    /** Whether the file may hold more than this object knows, after an append that could not be taken back. */
    private boolean overlong;
    /** Whether the system may call clean what it could not write, since a sync failed. */
    private final AtomicBoolean suspect = new AtomicBoolean();

    private AppendOnlyFile(Path path, FileChannel channel, long length) {
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    /** Opens the file, or creates it durably; its directory exists. */
    public static AppendOnlyFile open(Path path) throws IOException {
        boolean isNew = !Files.exists(path);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (isNew) {
                channel.force(true);
                DurableFiles.fsyncDirectory(path.toAbsolutePath().getParent());
            }
            return new AppendOnlyFile(path, channel, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * As {@link #open}, for a file whose writer died: what it wrote from there on is here to be read, but whether it is
     * on the disk nobody knows. It is durable on return.
     *
     * @param from bytes, at most the file's length
     */
    public static AppendOnlyFile reopen(Path path, long from) throws IOException {
        AppendOnlyFile file = open(path);
        boolean durable = false;
        try {
            if (file.length > from) {
                file.writeAgain(from);
            }
            durable = true;
            return file;
        } finally {
            if (!durable) {
                file.close();
            }
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Bytes that were appended, by whomever. */
    public synchronized long length() {
        return length;
    }

    /**
     * Appends these bytes; they survive this process, but the machine only after {@link #sync()}.
     *
     * @throws DiskFullException if there is no space for them; the file is as it was before
     * @throws IOException if they could not be appended; the file is as it was before
     */
    public void append(byte[] bytes) throws IOException {
        if (unsyncedBytes() > MOST_UNSYNCED) {
            sync();
        }
        appendNow(bytes);
    }

    private synchronized void appendNow(byte[] bytes) throws IOException {
        takeBack();
        try {
            overlong = true;
            write(ByteBuffer.wrap(bytes), length);
            overlong = false;
        } catch (IOException e) {
            try {
                takeBack();
            } catch (IOException notTakenBack) {
                e.addSuppressed(notTakenBack);
            }
            throw DiskFullException.explaining(e, path);
        }
        length += bytes.length;
        unsynced.writeBytes(bytes);
    }

    /** Makes all that was appended durable. May be tried again when it failed. */
    public void sync() throws IOException {
        long needed = length();
        syncing.lock();
        try {
            if (durable() >= needed) {
                // Somebody else's sync was late enough.
                return;
            }
            syncNow();
        } finally {
            syncing.unlock();
        }
    }

    private void syncNow() throws IOException {
        boolean rewriting = suspect.getAndSet(false);
        boolean durable = false;
        try {
            forget(rewriting ? rewriteAfter(Optional.empty()) : force());
            durable = true;
        } finally {
            if (!durable) {
                suspect.set(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private synchronized long durable() {
        return length - unsynced.size();
    }

    private synchronized int unsyncedBytes() {
        return unsynced.size();
    }

    private synchronized void forget(long upTo) {
        byte[] kept = unsynced.toByteArray();
        int rest = Math.toIntExact(length - upTo);
        unsynced = new ByteArrayOutputStream();
        unsynced.write(kept, kept.length - rest, rest);
    }

    /** Portion by portion: of a release of a whole tree there may be more than memory holds. */
    private synchronized void writeAgain(long from) throws IOException {
        ByteBuffer portion = ByteBuffer.allocate(MOST_UNSYNCED);
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            long position = from;
            while (reader.read(portion, position) > 0) {
                portion.flip();
                position += write(portion, position);
                portion.clear();
            }
        }
        channel.force(true);
    }

    /** Returns how much is durable now, in bytes. */
    private long force() throws IOException {
        long upTo = length();
        try {
            channel.force(true);
            return upTo;
        } catch (IOException e) {
            return rewriteAfter(Optional.of(e));
        }
    }

    private long rewriteAfter(Optional<IOException> failed) throws IOException {
        try {
            return rewrite();
        } catch (IOException again) {
            failed.ifPresent(again::addSuppressed);
            throw DiskFullException.explaining(again, path);
        }
    }

    /** Returns how much is durable now, in bytes. */
    private synchronized long rewrite() throws IOException {
        write(ByteBuffer.wrap(unsynced.toByteArray()), length - unsynced.size());
        channel.force(true);
        return length;
    }

    private void takeBack() throws IOException {
        if (overlong) {
            channel.truncate(length);
            try {
                // Else a machine that stops could leave some of it behind the beginning of what is appended next.
                channel.force(true);
            } catch (IOException e) {
                suspect.set(true);
                throw e;
            }
            overlong = false;
        }
    }

    /** Returns how many bytes that were: all of them. */
    private int write(ByteBuffer bytes, long position) throws IOException {
        int count = bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
        return count;
    }
}
