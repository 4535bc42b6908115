package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;

/**
 * The hash of a whole tree; see {@link Manifest#contentRoot()} and {@link Manifest#fullRoot()}.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record RootHash(@JsonValue String hex) {
    @JsonCreator
    public RootHash {
        if (!Sha256.isSpelling(hex)) {
            throw new IllegalArgumentException("Not a root hash (64 lower-case hexadecimal digits): " + hex);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
