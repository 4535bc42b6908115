package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * How bytes stand on a disk: a header byte names the compression. All of them are plain Java, so that a store can be read on
 * every host. What is written is {@link #RAW} or {@link #ZSTD}.
 */
enum StoredForm {
    /** As it is: for what does not compress, such as archives and images. */
    RAW(0),
    /** A zlib stream; only read, in what earlier versions wrote. */
    DEFLATE(1),
    /** A Zstandard frame (RFC 8878). */
    ZSTD(2);

    private static final int BUFFER = 64 * 1024;
    private static final int SAMPLE = 32 * 1024;
    private static final double WORTHWHILE = 0.95;

    private final int header;

    StoredForm(int header) {
        this.header = header;
    }

    /** The byte that names it. */
    int header() {
        return header;
    }

    /** @throws ZipException if the header is none of these */
    static StoredForm of(int header) throws ZipException {
        for (StoredForm form : values()) {
            if (form.header == header) {
                return form;
            }
        }
        throw new ZipException("unknown compression " + header);
    }

    /** The form for content that begins like this: compressed if the sample shrinks by a twentieth. */
    static StoredForm fitting(byte[] sample, int length) {
        byte[] room = new byte[new ZstdCompressor().maxCompressedLength(Math.min(length, SAMPLE))];
        int taken = Math.min(length, SAMPLE);
        return taken > 0 && new ZstdCompressor().compress(sample, 0, taken, room, 0, room.length) < taken * WORTHWHILE
                ? ZSTD
                : RAW;
    }

    /** The most bytes that {@link #compress} yields for this many. */
    static int maxCompressedLength(int length) {
        return new ZstdCompressor().maxCompressedLength(length);
    }

    /** Compresses with Zstandard. @return bytes written to {@code target} */
    static int compress(byte[] plain, int length, byte[] target) {
        return new ZstdCompressor().compress(plain, 0, length, target, 0, target.length);
    }

    /**
     * Restores what stands in this form.
     *
     * @throws ZipException if it is damaged, or has not this many bytes
     */
    byte[] decode(byte[] stored, int plainLength) throws ZipException {
        byte[] plain = this == RAW ? stored : new byte[plainLength];
        int length = stored.length;
        try {
            if (this == ZSTD) {
                length = new ZstdDecompressor().decompress(stored, 0, stored.length, plain, 0, plainLength);
            } else if (this == DEFLATE) {
                length = inflate(stored, plain);
            }
        } catch (RuntimeException | DataFormatException damaged) {
            // The library has an exception for malformed input, and sometimes runs out of an array first.
            throw new ZipException(damaged.toString());
        }
        if (length != plainLength) {
            throw new ZipException("it has " + length + " bytes instead of " + plainLength);
        }
        return plain;
    }

    private static int inflate(byte[] stored, byte[] plain) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            return inflater.inflate(plain);
        } finally {
            inflater.end();
        }
    }

    /** Writes the header now; what is written to the result is stored in this form. Closing it closes {@code out}. */
    OutputStream encoder(OutputStream out) throws IOException {
        out.write(header);
        return switch (this) {
            case RAW -> out;
            case ZSTD -> new ZstdOutputStream(out);
            case DEFLATE -> throw new IllegalStateException("Deflate is only read");
        };
    }

    /**
     * Reads the header now; the result yields the content.
     *
     * @throws ZipException if the header is none of these
     */
    static InputStream decoder(InputStream in) throws IOException {
        int header = in.read();
        if (header < 0) {
            throw new EOFException("it is empty");
        }
        return switch (of(header)) {
            case RAW -> in;
            case DEFLATE -> new InflaterInputStream(new BufferedInputStream(in, BUFFER));
            case ZSTD -> new Frames(in);
        };
    }

    /** Says with a checked exception what the library says with its own. */
    private static final class Frames extends FilterInputStream {
        Frames(InputStream in) {
            super(new ZstdInputStream(new BufferedInputStream(in, BUFFER)));
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return in.read(buffer, offset, length);
            } catch (RuntimeException damaged) {
                throw new ZipException(damaged.toString());
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }

    /** These bytes with their header, in the form that fits. */
    static byte[] encode(byte[] plain) {
        byte[] target = new byte[1 + maxCompressedLength(plain.length)];
        int length = plain.length == 0
                ? 0
                : new ZstdCompressor().compress(plain, 0, plain.length, target, 1, target.length - 1);
        if (length > 0 && length < plain.length * WORTHWHILE) {
            target[0] = (byte) ZSTD.header;
            return Arrays.copyOf(target, 1 + length);
        }
        byte[] raw = new byte[1 + plain.length];
        System.arraycopy(plain, 0, raw, 1, plain.length);
        return raw;
    }
}
