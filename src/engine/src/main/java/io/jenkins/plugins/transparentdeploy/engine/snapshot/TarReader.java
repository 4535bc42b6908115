package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads a tar archive, plain or gzipped, from end to end. */
final class TarReader {
    private static final int BLOCK = 512;

    private final ObjectBatch objects;
    private final ExpansionBudget budget;
    private final ArtifactTree tree;

    TarReader(ObjectBatch objects, ExpansionBudget budget, ArtifactTree tree) {
        this.objects = objects;
        this.budget = budget;
        this.tree = tree;
    }

    void read(Path archive, boolean gzipped) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                InputStream plain = gzipped ? gunzip(file) : file;
                TrailingZeros blocks = new TrailingZeros(plain);
                TarArchiveInputStream tar = new TarArchiveInputStream(blocks, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
                budget.countEntry();
                add(tar, entry);
            }
            // What follows the end must still pass gzip's checksum.
            budget.counting(blocks).transferTo(OutputStream.nullOutputStream());
            if (!blocks.endWithZeroBlock()) {
                throw new DamagedArchiveException("it has no end-of-archive block, so it is cut off");
            }
        }
    }

    private void add(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        String name = entry.getName();
        if (entry.isDirectory()) {
            tree.addDirectory(name, entry.getMode());
        } else if (entry.isSymbolicLink()) {
            tree.addSymlink(name, entry.getLinkName());
        } else if (entry.isLink()) {
            tree.addHardLink(name, entry.getLinkName());
        } else if (entry.isFile() && !entry.isFIFO() && !entry.isCharacterDevice() && !entry.isBlockDevice()) {
            ObjectStore.Stored stored = objects.put(budget.counting(tar));
            tree.addFile(name, entry.getMode(), entry.getLastModifiedTime().toInstant(), stored);
        } else {
            throw tree.refusal("has a device, pipe or other special entry, '" + ArtifactTree.printable(name) + "'");
        }
    }

    private static InputStream gunzip(InputStream file) throws DamagedArchiveException {
        try {
            return GzipCompressorInputStream.builder()
                    .setInputStream(file)
                    .setDecompressConcatenated(true)
                    .get();
        } catch (IOException e) {
            throw new DamagedArchiveException(e);
        }
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar) throws DamagedArchiveException {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedArchiveException(e);
        }
    }

    /** Counts the zero bytes at the end of what was read so far: a whole archive ends with blocks of them. */
    private static final class TrailingZeros extends FilterInputStream {
        private long total;
        private long zeros;

        TrailingZeros(InputStream in) {
            super(in);
        }

        /** Whether the last whole block is zero from its first byte. */
        boolean endWithZeroBlock() {
            return total - zeros <= (total / BLOCK - 1) * BLOCK;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            int run = 0;
            while (run < count && buffer[offset + count - 1 - run] == 0) {
                run++;
            }
            if (count > 0) {
                total += count;
                zeros = run == count ? zeros + run : run;
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] skipped = new byte[(int) Math.min(count, 8192)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
