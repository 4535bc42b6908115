package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Where the playbook of a new release is read from. It is kept with the release, and is not needed any more then.
 *
 * @param path of the directory
 */
public record PlaybookDirectory(Path path) {
    private static final ManagedPaths KEPT =
            new ManagedPaths(List.of(), List.of(".git/**", ".svn/**", ".hg/**", "*.retry", "*.pyc"));
    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_FILES = 20_000;

    /**
     * Keeps it.
     *
     * @param named paths in it that have to be files or directories
     * @throws RefusedException if it is not there, lacks one of them, or is so large that it cannot be meant
     */
    Manifest keep(SnapshotStore store, List<String> named) throws IOException {
        if (!path.isAbsolute()) {
            throw new RefusedException(
                    "The playbook's directory is '" + path + "', and there is no service file that this is relative to",
                    "Give 'target.ansible.playbook' as an absolute path, or use a service file beside the playbook");
        }
        if (!Files.isDirectory(path)) {
            throw new RefusedException(
                    "The directory " + path + " with the playbook does not exist",
                    "Check out what the release is made of, or correct 'target.ansible.playbook'");
        }
        for (String file : named) {
            if (!Files.exists(path.resolve(file))) {
                throw new RefusedException(
                        path.resolve(file) + " does not exist, and 'target.ansible' names it", "Correct its path");
            }
        }
        requireSmall();
        Manifest kept = store.capture(path, KEPT).withoutOwners();
        store.save(kept);
        return kept;
    }

    private void requireSmall() throws IOException {
        long[] sum = new long[2];
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return List.of(".git", ".svn", ".hg").contains(name(directory))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                sum[1]++;
                return sum[0] > MOST_BYTES || sum[1] > MOST_FILES
                        ? FileVisitResult.TERMINATE
                        : FileVisitResult.CONTINUE;
            }
        });
        if (sum[0] > MOST_BYTES || sum[1] > MOST_FILES) {
            throw new RefusedException(
                    "The directory " + path + ", which is kept with every release for its playbook, has more than "
                            + (MOST_BYTES >> 20) + " MiB or " + MOST_FILES + " files",
                    "Put playbook, roles and inventory into a directory of their own, and name it as"
                            + " 'target.ansible.directory'");
        }
    }

    private static String name(Path path) {
        return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    /** Whether it is there now. */
    boolean exists() {
        return path.isAbsolute() && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }
}
