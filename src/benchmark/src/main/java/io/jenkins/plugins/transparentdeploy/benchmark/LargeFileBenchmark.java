package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** One large file, and the same with something put in its middle. */
final class LargeFileBenchmark {
    private static final int INSERTED = 1 << 20;
    private static final int PIECE = 1 << 20;

    /**
     * What came of it.
     *
     * @param bytes of the file
     * @param first time of the first snapshot
     * @param second time of the second, of the changed file
     * @param firstStored bytes that the store took for the first
     * @param secondStored bytes that it grew by for the second
     */
    record Result(long bytes, Duration first, Duration second, long firstStored, long secondStored) {}

    private LargeFileBenchmark() {}

    static Result run(Path work, long bytes) throws IOException {
        Path tree = Files.createDirectories(work.resolve("large"));
        Path file = tree.resolve("database.bin");
        Path store = work.resolve("large-store");
        Random random = new Random(11);
        byte[] piece = new byte[PIECE];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long written = 0; written < bytes; written += PIECE) {
                random.nextBytes(piece);
                // Half of it is zeros, so that there is something to compress.
                java.util.Arrays.fill(piece, 0, PIECE / 2, (byte) 0);
                out.write(piece);
            }
        }
        Duration first = snapshot(tree, store);
        long firstStored = DiskUsage.of(store);
        insert(file, bytes / 2, random);
        Duration second = snapshot(tree, store);
        return new Result(bytes, first, second, firstStored, DiskUsage.of(store) - firstStored);
    }

    private static Duration snapshot(Path tree, Path directory) throws IOException {
        long begin = System.nanoTime();
        try (SnapshotStore store = SnapshotStore.open(directory)) {
            store.capture(tree, ManagedPaths.ALL);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static void insert(Path file, long position, Random random) throws IOException {
        Path changed = file.resolveSibling("changed");
        byte[] inserted = new byte[INSERTED];
        random.nextBytes(inserted);
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(changed))) {
            byte[] buffer = new byte[PIECE];
            for (long left = position; left > 0; ) {
                int count = in.readNBytes(buffer, 0, (int) Math.min(left, PIECE));
                out.write(buffer, 0, count);
                left -= count;
            }
            out.write(inserted);
            in.transferTo(out);
        }
        Files.move(changed, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
