package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that only grows. What an append could not write wholly (a full disk) is taken back, so that the file never
 * ends in half a record while its writer lives. Not safe for concurrent use.
 */
public final class AppendOnlyFile implements Closeable {
    private final Path path;
    private final FileChannel channel;
    private long length;

    private AppendOnlyFile(Path path, FileChannel channel, long length) {
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    /** Opens the file, or creates it durably; its directory exists. */
    public static AppendOnlyFile open(Path path) throws IOException {
        boolean isNew = !Files.exists(path);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        long length = channel.size();
        channel.position(length);
        if (isNew) {
            channel.force(true);
            DurableFiles.fsyncDirectory(path.toAbsolutePath().getParent());
        }
        return new AppendOnlyFile(path, channel, length);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Appends these bytes; they survive this process, but the machine only after {@link #sync()}.
     *
     * @throws DiskFullException if there is no space for them; the file is as it was before
     * @throws IOException if they could not be appended; the file is as it was before
     */
    public void append(byte[] bytes) throws IOException {
        try {
            DurableFiles.writeFully(channel, bytes);
            length += bytes.length;
        } catch (IOException e) {
            try {
                channel.truncate(length);
            } catch (IOException notTakenBack) {
                e.addSuppressed(notTakenBack);
            }
            throw DiskFullException.explaining(e, path);
        }
    }

    /** Makes all that was appended durable. */
    public void sync() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw DiskFullException.explaining(e, path);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
