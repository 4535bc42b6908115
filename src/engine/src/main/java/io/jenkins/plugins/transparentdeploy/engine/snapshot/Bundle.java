package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipException;

/** A sealed bundle, open for reading; see {@link BundleFormat}. Safe for concurrent use. */
final class Bundle implements Closeable {
    private static final int KIND = ContentId.BYTES;
    private static final int BLOCK = KIND + 4;
    private static final int OFFSET = BLOCK + 8;
    private static final int LENGTH = OFFSET + 4;
    /** Larger tables are mapped: however many objects there are, they take no heap. */
    private static final int MAX_TABLE_ON_HEAP = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer table;
    private final int rows;
    private final long end;

    private Bundle(Path path, FileChannel channel, ByteBuffer table, int rows, long end) {
        this.path = path;
        this.channel = channel;
        this.table = table;
        this.rows = rows;
        this.end = end;
    }

    /**
     * Opens a bundle and checks its table.
     *
     * @throws java.nio.file.NoSuchFileException if it is not there
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException if it is no bundle, or a damaged one
     */
    static Bundle open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            Bundle bundle = open(path, channel);
            opened = true;
            return bundle;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private static Bundle open(Path path, FileChannel channel) throws IOException {
        long trailerAt = channel.size() - BundleFormat.TRAILER;
        if (trailerAt < BundleFormat.MAGIC.length) {
            throw VerifyingInputStream.corrupt(path, "it is cut off");
        }
        ByteBuffer trailer = read(channel, trailerAt, BundleFormat.TRAILER);
        int rows = trailer.getInt();
        long position = trailer.getLong();
        byte[] digest = new byte[BundleFormat.DIGEST];
        trailer.get(digest);
        byte[] magic = new byte[BundleFormat.END_MAGIC.length];
        trailer.get(magic);
        boolean fits = rows >= 0
                && position >= BundleFormat.MAGIC.length
                && position + (long) rows * BundleFormat.ROW == trailerAt;
        if (!Arrays.equals(magic, BundleFormat.END_MAGIC)
                || !fits
                || !read(channel, 0, BundleFormat.MAGIC.length).equals(ByteBuffer.wrap(BundleFormat.MAGIC))) {
            throw VerifyingInputStream.corrupt(path, "it is cut off, or no bundle of this version");
        }
        int size = rows * BundleFormat.ROW;
        ByteBuffer table = size <= MAX_TABLE_ON_HEAP
                ? read(channel, position, size)
                : channel.map(FileChannel.MapMode.READ_ONLY, position, size);
        MessageDigest found = Sha256.newDigest();
        found.update(table.duplicate());
        if (!Arrays.equals(found.digest(), digest)) {
            throw VerifyingInputStream.corrupt(path, "its table was changed");
        }
        return new Bundle(path, channel, table, rows, position);
    }

    Path path() {
        return path;
    }

    /** Number of objects. */
    int size() {
        return rows;
    }

    /** The row with this number, from 0; rows are sorted by id. */
    Row row(int number) throws IOException {
        int at = number * BundleFormat.ROW;
        int kind = table.getInt(at + KIND);
        if (kind < 0 || kind >= Kind.values().length) {
            throw VerifyingInputStream.corrupt(path, "it has an object of a kind that this version does not know");
        }
        return new Row(
                ContentId.read(table, at),
                Kind.values()[kind],
                table.getLong(at + BLOCK),
                table.getInt(at + OFFSET),
                table.getInt(at + LENGTH));
    }

    /** Where this object is; empty if it is not in here. */
    Optional<Row> find(ContentId id) throws IOException {
        int low = 0;
        int high = rows - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = id.compareTo(table, middle * BundleFormat.ROW);
            if (order == 0) {
                return Optional.of(row(middle));
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return Optional.empty();
    }

    /**
     * Decodes the block at this position.
     *
     * @throws ZipException if it is damaged
     */
    byte[] block(long position) throws IOException {
        if (position < BundleFormat.MAGIC.length || position > end - BundleFormat.BLOCK_HEADER) {
            throw new ZipException("it has a block outside itself");
        }
        ByteBuffer header = read(channel, position, BundleFormat.BLOCK_HEADER);
        StoredForm form = StoredForm.of(header.get());
        int plain = header.getInt();
        int stored = header.getInt();
        if (plain < 0
                || stored < 0
                || stored > end - position - BundleFormat.BLOCK_HEADER
                || plain > maxPlain(stored)) {
            throw new ZipException("it has a block of an impossible size");
        }
        return form.decode(
                read(channel, position + BundleFormat.BLOCK_HEADER, stored).array(), plain);
    }

    /** Bytes that the block at this position takes in the file. */
    long storedSize(long position) throws IOException {
        return BundleFormat.BLOCK_HEADER
                + (long) read(channel, position, BundleFormat.BLOCK_HEADER).getInt(5);
    }

    /** A Zstandard block of 128 KiB takes 4 bytes at least. */
    private static long maxPlain(int stored) {
        return Math.max(1 << 17, (stored + 1L) << 15);
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("it is cut off");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
