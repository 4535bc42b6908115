package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A place in a log file, which is still the same after the file was renamed.
 *
 * @param key the filesystem's identity of the file; empty when there was none
 * @param offset in bytes from its beginning; what lies before does not count
 * @param head a hash of how the file begins, up to {@link #HEAD} bytes before the offset: a filesystem gives the identity
 *     of a deleted file to the next one, and a truncated file may have grown again
 */
public record LogMark(String key, long offset, String head) {
    /** In bytes. */
    static final int HEAD = 256;

    /** Before everything that a file may come to hold. */
    static final LogMark BEGINNING = new LogMark("", 0, "");

    /** The end of a file as it is now. */
    static LogMark of(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new LogMark(key(attributes), attributes.size(), head(file, attributes.size()));
        } catch (NoSuchFileException e) {
            return BEGINNING;
        }
    }

    static LogMark of(Path file, BasicFileAttributes attributes, long offset) throws IOException {
        return new LogMark(key(attributes), offset, head(file, offset));
    }

    /** Whether this place is in the file that has this name now. */
    boolean isIn(Path file, BasicFileAttributes attributes) throws IOException {
        return key(attributes).equals(key)
                && attributes.size() >= offset
                && head(file, offset).equals(head);
    }

    private static String key(BasicFileAttributes attributes) {
        return String.valueOf(attributes.fileKey());
    }

    private static String head(Path file, long offset) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Sha256.of(in.readNBytes((int) Math.min(HEAD, offset)));
        }
    }
}
