package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Records of bytes that together may be more than memory should hold: what goes beyond a MiB is in a file of {@code
 * java.io.tmpdir} for its owner alone, whose name is removed before anything is written, so that nothing of it stays when the
 * process dies. Written first, by several threads; read once {@link #seal sealed}.
 *
 * <p>Where that file cannot be written, all is in memory after all: a release that has filled {@code /tmp} must not keep what
 * was before it from coming back.
 */
public final class Spool implements Closeable {
    private static final int IN_MEMORY = 1 << 20;
    private static final int SMALLEST = 1 << 12;
    /** What is mapped at once; a record is never in two parts. */
    private static final long LARGEST_PART = 1L << 30;

    private static final int LENGTH = Integer.BYTES;
    private static final int PART_SHIFT = 32;

    private byte[] buffer = new byte[SMALLEST];
    private int filled;
    /** Null as long as all is in memory. */
    private FileChannel file;
    /** What would be in the file if that could be written; null as long as it can. */
    private ByteArrayOutputStream instead;

    private long written;
    private final List<Long> partStarts = new ArrayList<>(List.of(0L));

    /**
     * Appends a record.
     *
     * @return its address
     */
    public synchronized long append(byte[] record, int offset, int length) throws IOException {
        long start = partStarts.get(partStarts.size() - 1);
        if (written + filled + LENGTH + length - start > LARGEST_PART) {
            start = written + filled;
            partStarts.add(start);
        }
        long address = (long) (partStarts.size() - 1) << PART_SHIFT | (written + filled - start);
        put(new byte[] {(byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length}, 0, LENGTH);
        put(record, offset, length);
        return address;
    }

    private void put(byte[] bytes, int offset, int length) throws IOException {
        if (filled + length > buffer.length && buffer.length < IN_MEMORY) {
            buffer = Arrays.copyOf(buffer, Math.min(IN_MEMORY, Math.max(2 * buffer.length, filled + length)));
        }
        if (filled + length > buffer.length) {
            flush();
        }
        if (length > buffer.length) {
            write(ByteBuffer.wrap(bytes, offset, length));
        } else {
            System.arraycopy(bytes, offset, buffer, filled, length);
            filled += length;
        }
    }

    private void flush() throws IOException {
        write(ByteBuffer.wrap(buffer, 0, filled));
        filled = 0;
    }

    private void write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (instead == null && !writtenToFile(bytes.duplicate())) {
            takeIntoMemory();
        }
        if (instead != null) {
            instead.write(bytes.array(), bytes.position(), length);
        }
        written += length;
    }

    private boolean writtenToFile(ByteBuffer bytes) {
        try {
            if (file == null) {
                Path path = Files.createTempFile("tdeploy-", ".spool");
                file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Files.delete(path);
            }
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            return true;
        } catch (IOException fullOrNotThere) {
            return false;
        }
    }

    private void takeIntoMemory() throws IOException {
        instead = new ByteArrayOutputStream();
        if (file != null) {
            ByteBuffer portion = ByteBuffer.allocate(IN_MEMORY);
            while (instead.size() < written) {
                portion.clear().limit((int) Math.min(IN_MEMORY, written - instead.size()));
                if (file.read(portion, instead.size()) < 0) {
                    throw new IOException("A file without a name has become shorter");
                }
                instead.write(portion.array(), 0, portion.position());
            }
            file.close();
            file = null;
        }
    }

    /** Ends writing. What is read from then on stays readable when this is closed, as long as somebody holds it. */
    public synchronized Sealed seal() throws IOException {
        if (written == 0) {
            return new Sealed(
                    List.of(ByteBuffer.wrap(filled < buffer.length ? Arrays.copyOf(buffer, filled) : buffer)));
        }
        flush();
        Optional<byte[]> inMemory = Optional.ofNullable(instead).map(ByteArrayOutputStream::toByteArray);
        List<ByteBuffer> parts = new ArrayList<>();
        for (int i = 0; i < partStarts.size(); i++) {
            long start = partStarts.get(i);
            long end = i + 1 < partStarts.size() ? partStarts.get(i + 1) : written;
            parts.add(
                    inMemory.isPresent()
                            ? ByteBuffer.wrap(inMemory.get()).slice((int) start, (int) (end - start))
                            : file.map(FileChannel.MapMode.READ_ONLY, start, end - start));
        }
        close();
        return new Sealed(parts);
    }

    /** Gives the file back; to be called in any case. */
    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** What was spooled. Safe for concurrent use. */
    public static final class Sealed {
        private final List<ByteBuffer> parts;

        private Sealed(List<ByteBuffer> parts) {
            this.parts = parts;
        }

        /** The record at this address. */
        public byte[] read(long address) {
            ByteBuffer part = parts.get((int) (address >>> PART_SHIFT));
            int at = (int) address;
            byte[] record = new byte[part.getInt(at)];
            part.get(at + LENGTH, record);
            return record;
        }

        /** Does something with each record, in the order in which they were appended. */
        public void forEach(Workers.Act<byte[]> act) throws IOException {
            for (int part = 0; part < parts.size(); part++) {
                for (int at = 0; at < parts.get(part).capacity(); ) {
                    byte[] record = read((long) part << PART_SHIFT | at);
                    act.on(record);
                    at += LENGTH + record.length;
                }
            }
        }
    }
}
