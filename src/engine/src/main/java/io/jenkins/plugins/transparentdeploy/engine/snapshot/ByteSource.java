package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what a {@link ByteSink} was given. */
final class ByteSource {
    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return at;
    }

    void skipTo(int position) {
        at = position;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    int int8() {
        return bytes[at++];
    }

    int int16() {
        at += Short.BYTES;
        return ByteBuffer.wrap(bytes).getShort(at - Short.BYTES);
    }

    int int32() {
        at += Integer.BYTES;
        return ByteBuffer.wrap(bytes).getInt(at - Integer.BYTES);
    }

    ContentId id() {
        at += ContentId.BYTES;
        return ContentId.read(ByteBuffer.wrap(bytes), at - ContentId.BYTES);
    }

    long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    String text() {
        int length = (int) number();
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }
}
