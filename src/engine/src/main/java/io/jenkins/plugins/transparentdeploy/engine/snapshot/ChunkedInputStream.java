package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The content of a list of chunks, one chunk after the other. */
final class ChunkedInputStream extends InputStream {
    private final DataInputStream chunks;
    private final ObjectStore objects;
    private InputStream chunk = InputStream.nullInputStream();
    /** Bytes of the chunk that were not read yet, as the list says. */
    private int left;

    private boolean atEnd;

    ChunkedInputStream(InputStream chunks, ObjectStore objects) {
        this.chunks = new DataInputStream(chunks);
        this.objects = objects;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (!atEnd) {
            int count = chunk.read(buffer, offset, length);
            if (count >= 0) {
                left -= count;
                return count;
            }
            next();
        }
        return -1;
    }

    private void next() throws IOException {
        chunk.close();
        if (left != 0) {
            throw new EOFException("its list of chunks has another length for one of them");
        }
        byte[] row = chunks.readNBytes(BundleFormat.CHUNK);
        if (row.length == 0) {
            atEnd = true;
        } else if (row.length < BundleFormat.CHUNK) {
            throw new EOFException("its list of chunks is cut off");
        } else {
            ByteBuffer numbers = ByteBuffer.wrap(row);
            chunk = objects.open(ContentId.read(numbers, 0));
            left = numbers.getInt(ContentId.BYTES);
        }
    }

    @Override
    public void close() throws IOException {
        chunk.close();
    }
}
