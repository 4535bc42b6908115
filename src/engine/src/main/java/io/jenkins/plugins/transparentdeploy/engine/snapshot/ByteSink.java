package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow. Fixed numbers are big-endian; {@link #number} is seven bits to a byte, the lowest first, as in LEB128. */
final class ByteSink {
    private byte[] bytes;
    private int length;

    ByteSink(int expected) {
        this.bytes = new byte[expected];
    }

    /** The bytes themselves, of which {@link #length()} count, until more is put. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Forgets what is behind these. */
    void cutTo(int shorter) {
        length = shorter;
    }

    private int take(int count) {
        int at = length;
        if (count > bytes.length - at) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(at, count), at + (at >> 1)));
        }
        length = at + count;
        return at;
    }

    void put(byte[] from, int offset, int count) {
        // Taking may replace the array.
        int at = take(count);
        System.arraycopy(from, offset, bytes, at, count);
    }

    void int8(int value) {
        int at = take(1);
        bytes[at] = (byte) value;
    }

    void int16(int value) {
        int8(value >> 8);
        int8(value);
    }

    void int32(int value) {
        int16(value >> 16);
        int16(value);
    }

    void int64(long value) {
        int at = take(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(at, value);
    }

    void id(ContentId id) {
        int at = take(ContentId.BYTES);
        id.writeTo(ByteBuffer.wrap(bytes, at, ContentId.BYTES));
    }

    void number(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            int8((int) rest | 0x80);
            rest >>>= 7;
        }
        int8((int) rest);
    }

    /** A text with its length in front. */
    void text(String text) {
        byte[] spelled = EntryPath.bytesOf(text);
        number(spelled.length);
        put(spelled, 0, spelled.length);
    }
}
