package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.security.MessageDigest;

/**
 * The name of some content: its SHA-256.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ContentId(@JsonValue String hex) implements Comparable<ContentId> {
    @JsonCreator
    public ContentId {
        if (!Sha256.isSpelling(hex)) {
            throw new IllegalArgumentException("Not a content id (64 lower-case hexadecimal digits): " + hex);
        }
    }

    /** The id of these bytes. */
    public static ContentId of(byte[] content) {
        return new ContentId(Sha256.of(content));
    }

    /** The id of what has gone into a SHA-256 digest, which is reset. */
    static ContentId of(MessageDigest digest) {
        return new ContentId(Sha256.spell(digest.digest()));
    }

    @Override
    public int compareTo(ContentId other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
