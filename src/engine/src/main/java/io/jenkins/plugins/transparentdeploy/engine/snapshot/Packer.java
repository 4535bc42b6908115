package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore.Stored;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers small objects into a block, and cuts large ones into chunks with a block each. An object's bytes are read to where
 * they stay; nothing is copied but what is at the end of a full block. One thread uses it at a time.
 */
final class Packer {
    /** A block that has this much is compressed and written. */
    private static final int ENOUGH = 256 * 1024;

    private static final double WORTHWHILE = 0.95;

    /** Receives blocks and says what need not be stored. */
    interface Destination {
        /** Whether this object is there already, or on its way; from now on it is. */
        boolean claim(ContentId id);

        /** Writes a block with the objects that stand in it. */
        void write(StoredForm form, int plainLength, byte[] stored, int length, List<Piece> pieces) throws IOException;
    }

    /** An object in a block. */
    record Piece(ContentId id, Kind kind, int offset, int length) {}

    private final Destination destination;
    private final byte[] plain = new byte[Chunker.MAX];
    private final MessageDigest digest = Sha256.newDigest();
    private final List<Piece> pieces = new ArrayList<>();
    /** Where the object that is being read begins. */
    private int start;
    /** Where what was read ends. */
    private int end;

    private byte[] compressed = new byte[0];
    private Large large;

    /** An object that did not fit a block. */
    private static final class Large {
        private final MessageDigest digest = Sha256.newDigest();
        private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        private long size;

        void add(ContentId chunk, byte[] bytes, int length) {
            digest.update(bytes, 0, length);
            size += length;
            ByteBuffer row = ByteBuffer.allocate(BundleFormat.CHUNK);
            chunk.writeTo(row);
            chunks.writeBytes(row.putInt(length).array());
        }
    }

    Packer(Destination destination) {
        this.destination = destination;
    }

    /** Takes all that the stream yields, without closing it. */
    Stored put(InputStream content) throws IOException {
        boolean complete = false;
        try {
            for (int count = fill(content); count >= 0; count = fill(content)) {
                end += count;
            }
            Stored stored = finish();
            complete = true;
            return stored;
        } finally {
            if (!complete) {
                giveUp();
            }
        }
    }

    /** Takes what is written until it is closed; {@link Sink#stored()} says then what it was. */
    Sink sink() {
        return new Sink();
    }

    /** Writes what is gathered. */
    void flush() throws IOException {
        if (!pieces.isEmpty()) {
            write(start, List.copyOf(pieces));
            pieces.clear();
        }
        System.arraycopy(plain, start, plain, 0, end - start);
        end -= start;
        start = 0;
    }

    private int fill(InputStream content) throws IOException {
        makeRoom();
        return content.read(plain, end, plain.length - end);
    }

    private void makeRoom() throws IOException {
        if (end < plain.length) {
            return;
        }
        if (start > 0) {
            flush();
        } else {
            if (large == null) {
                large = new Large();
            }
            cutOne();
        }
    }

    private void cutOne() throws IOException {
        int length = Chunker.cut(plain, end);
        ContentId id = ContentId.of(digest, plain, 0, length);
        large.add(id, plain, length);
        if (!destination.claim(id)) {
            write(length, List.of(new Piece(id, Kind.CONTENT, 0, length)));
        }
        System.arraycopy(plain, length, plain, 0, end - length);
        end -= length;
    }

    private Stored finish() throws IOException {
        if (large != null) {
            return finishLarge();
        }
        int length = end - start;
        ContentId id = ContentId.of(digest, plain, start, length);
        if (destination.claim(id)) {
            end = start;
        } else {
            pieces.add(new Piece(id, Kind.CONTENT, start, length));
            start = end;
            if (end >= ENOUGH) {
                flush();
            }
        }
        return new Stored(id, length);
    }

    private Stored finishLarge() throws IOException {
        while (end > 0) {
            cutOne();
        }
        Large whole = large;
        large = null;
        ContentId id = ContentId.of(whole.digest);
        if (!destination.claim(id)) {
            byte[] list = whole.chunks.toByteArray();
            destination.write(
                    StoredForm.RAW,
                    list.length,
                    list,
                    list.length,
                    List.of(new Piece(id, Kind.CHUNKS, 0, list.length)));
        }
        return new Stored(id, whole.size);
    }

    private void giveUp() {
        large = null;
        end = start;
    }

    private void write(int length, List<Piece> content) throws IOException {
        int most = StoredForm.maxCompressedLength(length);
        if (compressed.length < most) {
            compressed = new byte[most];
        }
        int shrunk = length == 0 ? 0 : StoredForm.compress(plain, length, compressed);
        if (length > 0 && shrunk < length * WORTHWHILE) {
            destination.write(StoredForm.ZSTD, length, compressed, shrunk, content);
        } else {
            destination.write(StoredForm.RAW, length, plain, length, content);
        }
    }

    /** An object that is written rather than read. */
    final class Sink extends OutputStream {
        private Stored stored;

        /** Ends the object. */
        Stored stored() throws IOException {
            if (stored == null) {
                stored = finish();
            }
            return stored;
        }

        @Override
        public void write(int octet) throws IOException {
            makeRoom();
            plain[end++] = (byte) octet;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                makeRoom();
                int count = Math.min(length - done, plain.length - end);
                System.arraycopy(bytes, offset + done, plain, end, count);
                end += count;
                done += count;
            }
        }

        /** Takes back what was not ended. */
        @Override
        public void close() {
            if (stored == null) {
                giveUp();
            }
        }
    }
}
