package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of an output that may be long: in memory while it arrives, or of a file. */
public final class OutputTail {
    private final byte[] ring;
    private long written;

    /** @param limit how many bytes are kept */
    public OutputTail(int limit) {
        this.ring = new byte[limit];
    }

    /**
     * The last lines of a file, read from its last {@link Host#OUTPUT_LIMIT} bytes; empty when there is no such file.
     *
     * @param count how many lines at most
     */
    public static List<String> lastLines(Path file, int count) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - Host.OUTPUT_LIMIT));
            ByteBuffer bytes = ByteBuffer.allocate(Host.OUTPUT_LIMIT);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until the buffer is full or the file ends
            }
            List<String> lines = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        }
    }

    /** Reads to the end of the stream, or until it is closed by another thread. */
    void drain(InputStream stream) {
        byte[] buffer = new byte[8192];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                append(buffer, 0, n);
            }
        } catch (IOException e) {
            // Closed because the command's time was up: what came until then is the output.
        }
    }

    /** Where more of it goes; needs no closing. */
    public OutputStream end() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                append(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                append(bytes, offset, length);
            }
        };
    }

    private synchronized void append(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            ring[(int) (written++ % ring.length)] = bytes[offset + i];
        }
    }

    /** What was kept, decoded leniently: the cut may have split a character. */
    @Override
    public synchronized String toString() {
        if (written <= ring.length) {
            return new String(ring, 0, (int) written, StandardCharsets.UTF_8);
        }
        int start = (int) (written % ring.length);
        byte[] ordered = new byte[ring.length];
        System.arraycopy(ring, start, ordered, 0, ring.length - start);
        System.arraycopy(ring, 0, ordered, ring.length - start, start);
        return new String(ordered, StandardCharsets.UTF_8);
    }
}
