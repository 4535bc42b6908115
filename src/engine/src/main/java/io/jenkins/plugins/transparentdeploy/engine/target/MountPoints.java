package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a directory is a mount point, bind mounts of the same filesystem included where Linux lists them. */
final class MountPoints {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT_FIELD = 4;

    private MountPoints() {}

    /** @param directory a real path */
    static boolean contains(Path directory) throws IOException {
        Path parent = directory.getParent();
        return parent == null
                || FileStat.of(parent).device() != FileStat.of(directory).device()
                || isListed(directory);
    }

    private static boolean isListed(Path directory) throws IOException {
        if (!Files.isReadable(MOUNT_INFO)) {
            return false;
        }
        String escaped = directory
                .toString()
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
        // Latin-1, so that a mount point whose name is not UTF-8 does not break the reading of the others.
        String wanted = new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return Files.readAllLines(MOUNT_INFO, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" "))
                .anyMatch(fields -> fields.length > MOUNT_POINT_FIELD && fields[MOUNT_POINT_FIELD].equals(wanted));
    }
}
