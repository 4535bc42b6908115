package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The refusals that all targets on a local filesystem have in common. None of them writes anything to the target. */
final class Preflight {
    private Preflight() {}

    static void check(Path root, SnapshotStore store) throws IOException {
        requirePosix(root);
        requireDirectory(root);
        Path realRoot = root.toRealPath();
        if (MountPoints.contains(realRoot)) {
            throw new RefusedException(
                    "The target " + root + " is a mount point, which cannot be staged beside and switched",
                    "Deploy to a directory inside it, such as " + root.resolve("app"));
        }
        requireWritable(root);
        if (FileStat.of(realRoot).device()
                != FileStat.of(store.directory().toRealPath()).device()) {
            throw new RefusedException(
                    "The store " + store.directory() + " is on another filesystem than the target " + root
                            + ", so nothing can be renamed from one to the other",
                    "Let the store be on the target's filesystem");
        }
    }

    static void requirePosix(Path root) {
        if (!root.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            throw new RefusedException(
                    "The target " + root + " is on a host without POSIX file attributes ("
                            + System.getProperty("os.name") + ")",
                    "Run the release on a Linux, macOS or other POSIX agent; Windows agents are not supported");
        }
    }

    /** @throws RefusedException if this many bytes cannot be written beside the store */
    static void requireSpace(Path root, SnapshotStore store, long bytes) throws IOException {
        long free = store.freeBytes();
        if (free < bytes) {
            throw new RefusedException(
                    "The filesystem of the target %s has %d bytes free, but %d are needed".formatted(root, free, bytes),
                    "Free " + (bytes - free) + " bytes on it, or lower what is retained");
        }
    }

    /** @throws RefusedException if this user cannot create, rename and delete in the directory */
    static void requireWritable(Path directory) {
        if (!Files.isWritable(directory) || !Files.isExecutable(directory) || !Files.isReadable(directory)) {
            throw new RefusedException(
                    "The directory " + directory + " is not writable by user " + System.getProperty("user.name"),
                    "Give that user read, write and search permission on it, or mount its filesystem writable");
        }
    }

    private static void requireDirectory(Path root) throws IOException {
        if (Files.isSymbolicLink(root)) {
            String cure = Files.exists(root)
                    ? "Name the directory itself: " + root.toRealPath()
                    : "Name a directory that exists; the link leads nowhere";
            throw new RefusedException("The target " + root + " is a symbolic link", cure);
        }
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException(
                    "The target " + root + " does not exist",
                    "Create the directory, or correct the path of the target");
        }
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException("The target " + root + " is not a directory", "Correct the path of the target");
        }
    }
}
