package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * How content stands in an object: one header byte that names the compression, then the content. Only what the JDK has
 * is used, so that a store can be read on every host.
 */
enum StoredForm {
    /** As it is: for what does not compress, such as archives and images. */
    RAW(0),
    /** A zlib stream. */
    DEFLATE(1);

    private static final int BUFFER = 64 * 1024;
    private static final double WORTHWHILE = 0.95;

    private final int header;

    StoredForm(int header) {
        this.header = header;
    }

    /** The form for content that begins like this: compressed if the sample shrinks by a twentieth. */
    static StoredForm fitting(byte[] sample) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(sample);
            deflater.finish();
            int room = (int) (sample.length * WORTHWHILE);
            return room > 0 && deflater.deflate(new byte[room]) < room && deflater.finished() ? DEFLATE : RAW;
        } finally {
            deflater.end();
        }
    }

    /** Writes the header now; what is written to the result is stored in this form. Closing it closes {@code out}. */
    OutputStream encoder(OutputStream out) throws IOException {
        out.write(header);
        if (this == RAW) {
            return out;
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        return new DeflaterOutputStream(out, deflater, BUFFER) {
            @Override
            public void close() throws IOException {
                try {
                    super.close();
                } finally {
                    deflater.end();
                }
            }
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
        if (header == RAW.header) {
            return in;
        }
        if (header == DEFLATE.header) {
            return new InflaterInputStream(new BufferedInputStream(in, BUFFER));
        }
        throw new ZipException("unknown compression " + header);
    }
}
