package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is mounted where; bind mounts of the same filesystem included where Linux lists them. */
public final class MountPoints {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT_FIELD = 4;
    private static final int OPTIONS_FIELD = 5;

    private MountPoints() {}

    /** What a person has to know of a target on a filesystem that nothing can be started on, as a sentence. */
    public static String noexec(String target) {
        return "the filesystem of " + target
                + " is mounted noexec, so no program that is released there can be started;"
                + " mount it with exec, or start one from elsewhere, which only reads it, such as 'java -jar'";
    }

    /** The same sentence about a target on this machine; empty where programs can be started. */
    static List<String> warnings(Path root) throws IOException {
        Path directory = root.toRealPath();
        while (directory.getParent() != null && !contains(directory)) {
            directory = directory.getParent();
        }
        // The last one listed lies over the others.
        String wanted = escaped(directory);
        boolean noexec = mounts().stream()
                .filter(fields -> fields[MOUNT_POINT_FIELD].equals(wanted))
                .reduce((lower, upper) -> upper)
                .filter(fields -> List.of(fields[OPTIONS_FIELD].split(",")).contains("noexec"))
                .isPresent();
        return noexec ? List.of(noexec(root.toString())) : List.of();
    }

    /** Tells whether a directory is a mount point. @param directory a real path */
    static boolean contains(Path directory) throws IOException {
        Path parent = directory.getParent();
        return parent == null
                || FileStat.of(parent).device() != FileStat.of(directory).device()
                || isListed(directory);
    }

    /** Those below a directory. @param directory a real path */
    static List<String> below(Path directory) throws IOException {
        String prefix = escaped(directory) + "/";
        return mounts().stream()
                .map(fields -> fields[MOUNT_POINT_FIELD])
                .filter(mounted -> mounted.startsWith(prefix))
                .map(MountPoints::unescaped)
                .toList();
    }

    private static boolean isListed(Path directory) throws IOException {
        String wanted = escaped(directory);
        return mounts().stream().anyMatch(fields -> fields[MOUNT_POINT_FIELD].equals(wanted));
    }

    private static List<String[]> mounts() throws IOException {
        if (!Files.isReadable(MOUNT_INFO)) {
            return List.of();
        }
        return Files.readAllLines(MOUNT_INFO, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > OPTIONS_FIELD)
                .toList();
    }

    /** As the kernel lists it; in Latin-1, so that a name that is not UTF-8 does not break the reading of the others. */
    private static String escaped(Path directory) {
        String escaped = directory
                .toString()
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
        return new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String unescaped(String listed) {
        String path = new String(listed.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return path.replace("\\012", "\n")
                .replace("\\011", "\t")
                .replace("\\040", " ")
                .replace("\\134", "\\");
    }
}
