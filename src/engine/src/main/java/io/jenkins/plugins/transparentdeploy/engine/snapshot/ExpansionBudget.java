package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Counts what an archive expands to while it does, and stops a bomb before it has filled the disk. */
final class ExpansionBudget {
    private final Path artifact;
    private final long archiveBytes;
    private final long freeBytes;
    private final ImportLimits limits;
    private long entries;
    private long bytes;

    ExpansionBudget(Path artifact, long archiveBytes, long freeBytes, ImportLimits limits) {
        this.artifact = artifact;
        this.archiveBytes = archiveBytes;
        this.freeBytes = freeBytes;
        this.limits = limits;
    }

    void countEntry() {
        if (++entries > limits.maxEntries()) {
            throw refusal("has more than " + limits.maxEntries() + " entries");
        }
    }

    /** The same content, counted; read failures become {@link DamagedArchiveException}. */
    InputStream counting(InputStream content) {
        return new FilterInputStream(content) {
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
                } catch (IOException e) {
                    throw new DamagedArchiveException(e);
                }
                countBytes(Math.max(0, count));
                return count;
            }

            @Override
            public void close() {
                // The archive goes on behind this entry.
            }
        };
    }

    private void countBytes(int count) {
        bytes += count;
        if (bytes > limits.maxBytes()) {
            throw refusal("expands to more than " + limits.maxBytes() + " bytes");
        }
        if (bytes > limits.ratioFreeBytes() && bytes / limits.maxRatio() > archiveBytes) {
            throw refusal("expands to more than " + limits.maxRatio() + " times its size, as archive bombs do");
        }
        if (bytes > freeBytes) {
            throw new RefusedException(
                    "The artifact " + artifact + " expands to more than the " + freeBytes
                            + " bytes that are free on the store's filesystem",
                    "Free space there");
        }
    }

    private RefusedException refusal(String problem) {
        return new RefusedException(
                "The artifact " + artifact + " " + problem, "If it is what it should be, raise the import limits");
    }
}
