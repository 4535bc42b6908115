package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The name of some content: its SHA-256. Small, because there are as many as files. */
public final class ContentId implements Comparable<ContentId> {
    /** Of the digest. */
    static final int BYTES = 32;

    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /** @param hex 64 lower-case hexadecimal digits */
    @JsonCreator
    public ContentId(String hex) {
        if (!Sha256.isSpelling(hex)) {
            throw new IllegalArgumentException("Not a content id (64 lower-case hexadecimal digits): " + hex);
        }
        first = HexFormat.fromHexDigitsToLong(hex, 0, 16);
        second = HexFormat.fromHexDigitsToLong(hex, 16, 32);
        third = HexFormat.fromHexDigitsToLong(hex, 32, 48);
        fourth = HexFormat.fromHexDigitsToLong(hex, 48, 64);
    }

    private ContentId(long first, long second, long third, long fourth) {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /** The id of these bytes. */
    public static ContentId of(byte[] content) {
        return of(Sha256.newDigest(), content, 0, content.length);
    }

    /** The id of some of these bytes, made with a digest that is reset. */
    static ContentId of(MessageDigest digest, byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        return of(digest);
    }

    /** The id of what has gone into a SHA-256 digest, which is reset. */
    static ContentId of(MessageDigest digest) {
        return read(ByteBuffer.wrap(digest.digest()), 0);
    }

    /** The id whose 32 bytes stand here. */
    static ContentId read(ByteBuffer bytes, int position) {
        return new ContentId(
                bytes.getLong(position),
                bytes.getLong(position + 8),
                bytes.getLong(position + 16),
                bytes.getLong(position + 24));
    }

    /** The first or the second eight bytes. @param number 0 or 1 */
    long word(int number) {
        return number == 0 ? first : second;
    }

    /** Puts the 32 bytes where the buffer is. */
    void writeTo(ByteBuffer bytes) {
        bytes.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }

    /** Compares with the 32 bytes that stand here, unsigned, as in {@link #compareTo}. */
    int compareTo(ByteBuffer bytes, int position) {
        int order = Long.compareUnsigned(first, bytes.getLong(position));
        if (order == 0) {
            order = Long.compareUnsigned(second, bytes.getLong(position + 8));
        }
        if (order == 0) {
            order = Long.compareUnsigned(third, bytes.getLong(position + 16));
        }
        return order != 0 ? order : Long.compareUnsigned(fourth, bytes.getLong(position + 24));
    }

    /** 64 lower-case hexadecimal digits. */
    @JsonValue
    public String hex() {
        byte[] ascii = new byte[2 * BYTES];
        spell(first, ascii, 0);
        spell(second, ascii, 16);
        spell(third, ascii, 32);
        spell(fourth, ascii, 48);
        return new String(ascii, StandardCharsets.ISO_8859_1);
    }

    private static void spell(long bits, byte[] ascii, int offset) {
        for (int i = 0; i < 16; i++) {
            ascii[offset + i] = (byte) DIGITS[(int) (bits >>> (60 - 4 * i)) & 0xf];
        }
    }

    @Override
    public int compareTo(ContentId other) {
        int order = Long.compareUnsigned(first, other.first);
        if (order == 0) {
            order = Long.compareUnsigned(second, other.second);
        }
        if (order == 0) {
            order = Long.compareUnsigned(third, other.third);
        }
        return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentId id
                && first == id.first
                && second == id.second
                && third == id.third
                && fourth == id.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first);
    }

    @Override
    public String toString() {
        return hex();
    }
}
