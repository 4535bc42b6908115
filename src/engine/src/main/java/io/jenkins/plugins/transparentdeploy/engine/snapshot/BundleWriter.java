package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Writes one bundle, which is none before it is sealed. Not safe for concurrent use. */
final class BundleWriter implements Closeable {
    private static final int MAX_ROWS = 1 << 16;
    private static final long MAX_BYTES = 1L << 28;

    private final Path path;
    private final FileChannel channel;
    private final List<Row> rows = new ArrayList<>();
    private long length;
    private boolean sealed;

    private BundleWriter(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static BundleWriter create(Path path) throws IOException {
        BundleWriter writer = new BundleWriter(
                path, FileChannel.open(path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)));
        writer.write(ByteBuffer.wrap(BundleFormat.MAGIC));
        return writer;
    }

    Path path() {
        return path;
    }

    /** The objects in it. */
    List<Row> rows() {
        return rows;
    }

    /** Whether it is large enough to be sealed. */
    boolean isFull() {
        return rows.size() >= MAX_ROWS || length >= MAX_BYTES;
    }

    /** Appends a block. @return its position */
    long append(StoredForm form, int plainLength, byte[] stored, int storedLength) throws IOException {
        long position = length;
        ByteBuffer header = ByteBuffer.allocate(BundleFormat.BLOCK_HEADER);
        header.put((byte) form.header()).putInt(plainLength).putInt(storedLength);
        write(header.flip());
        write(ByteBuffer.wrap(stored, 0, storedLength));
        return position;
    }

    private void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw DiskFullException.explaining(e, path);
        }
        length += count;
    }

    /** Notes an object in a block that was appended. */
    void add(Row row) {
        rows.add(row);
    }

    /** Ends the bundle and makes it durable where it is. */
    void seal() throws IOException {
        rows.sort(Comparator.comparing(Row::id));
        ByteBuffer table = ByteBuffer.allocate(rows.size() * BundleFormat.ROW);
        for (Row row : rows) {
            row.id().writeTo(table);
            table.putInt(row.kind().ordinal())
                    .putLong(row.block())
                    .putInt(row.offset())
                    .putInt(row.length());
        }
        ByteBuffer trailer = ByteBuffer.allocate(BundleFormat.TRAILER);
        trailer.putInt(rows.size())
                .putLong(length)
                .put(Sha256.newDigest().digest(table.array()))
                .put(BundleFormat.END_MAGIC);
        write(table.flip());
        write(trailer.flip());
        try {
            channel.force(true);
        } catch (IOException e) {
            throw DiskFullException.explaining(e, path);
        }
        channel.close();
        sealed = true;
    }

    /** Takes back what was not sealed. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!sealed) {
            Files.deleteIfExists(path);
        }
    }
}
