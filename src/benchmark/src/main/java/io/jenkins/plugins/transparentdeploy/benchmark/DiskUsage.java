package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** Bytes of files, each counted once whatever the number of its names, in blocks of 4 KiB as filesystems do. */
final class DiskUsage extends SimpleFileVisitor<Path> {
    private static final long BLOCK = 4096;

    private final Set<Object> seen = new HashSet<>();
    private long bytes;

    static long of(Path directory) throws IOException {
        DiskUsage usage = new DiskUsage();
        Files.walkFileTree(directory, usage);
        return usage.bytes;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (seen.add(attributes.fileKey())) {
            bytes += (attributes.size() + BLOCK - 1) / BLOCK * BLOCK;
        }
        return FileVisitResult.CONTINUE;
    }
}
