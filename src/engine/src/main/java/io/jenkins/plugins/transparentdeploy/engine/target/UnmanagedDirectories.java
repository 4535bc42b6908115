package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths.PlainPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Directories that are the application's own, such as {@code logs/**}: an artifact that has them empty means that they
 * must be there, so they are made once, and then left alone.
 */
final class UnmanagedDirectories {
    private UnmanagedDirectories() {}

    /** Makes those that are missing. Something else in their place, a link above all, is left as it is. */
    static void create(Path root, List<PlainPath> directories) throws IOException {
        for (PlainPath directory : directories) {
            if (directory.directory()) {
                create(root, directory.path());
            }
        }
    }

    private static void create(Path root, String path) throws IOException {
        Path directory = root;
        for (String name : path.split("/")) {
            directory = directory.resolve(name);
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory);
            } else if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
        }
    }
}
