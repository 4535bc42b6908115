package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.ZipException;

/** Yields an object's content, and ends with a {@link CorruptStateException} instead of an end if it is not that. */
final class VerifyingInputStream extends FilterInputStream {
    private final ContentId expected;
    private final Path object;
    private final MessageDigest digest = Sha256.newDigest();
    private boolean verified;

    VerifyingInputStream(InputStream content, ContentId expected, Path object) {
        super(content);
        this.expected = expected;
        this.object = object;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count;
        try {
            count = in.read(buffer, offset, length);
        } catch (ZipException | EOFException damaged) {
            throw corrupt(object, damaged.getMessage());
        }
        if (count > 0) {
            digest.update(buffer, offset, count);
        } else if (count < 0 && !verified) {
            ContentId found = ContentId.of(digest);
            if (!found.equals(expected)) {
                throw corrupt(object, "its content has the id " + found);
            }
            verified = true;
        }
        return count;
    }

    /** Skipping reads, so that the digest is of everything. */
    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[(int) Math.min(count, 8192)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    static CorruptStateException corrupt(Path object, String reason) {
        return new CorruptStateException(
                "The stored object " + object + " is corrupt: " + reason,
                "Repair the store with 'tdeploy verify --repair', then import a pack that has the content or capture a tree"
                        + " that does; the disk may be failing");
    }
}
