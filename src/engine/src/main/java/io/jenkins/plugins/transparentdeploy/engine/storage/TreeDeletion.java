package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/**
 * Deletes trees. Whoever may write to a directory may put a link in place of what is in it, right after that was looked
 * at; so a directory is opened without following a link, and what is in it is deleted by its name in what was opened, where
 * the system can do that. Elsewhere names are resolved again each time, and there are microseconds in between.
 */
final class TreeDeletion {
    private TreeDeletion() {}

    /** As {@link DurableFiles#deleteTree(Path)}. */
    static void delete(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new IOException("The root directory cannot be deleted");
        }
        try (DirectoryStream<Path> opened = Files.newDirectoryStream(parent)) {
            if (opened instanceof SecureDirectoryStream<Path> secure) {
                deleteIn(secure, absolute);
            } else {
                deleteByPath(absolute);
            }
        } catch (NoSuchFileException alreadyGone) {
            // Nothing is where its parent is not.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** @param path of which the last name is looked for in the directory */
    private static void deleteIn(SecureDirectoryStream<Path> directory, Path path) throws IOException {
        Path name = path.getFileName();
        try {
            BasicFileAttributes attributes = directory
                    .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (attributes.isDirectory()) {
                makeWritable(path);
                try (SecureDirectoryStream<Path> below =
                        directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    for (Path child : below) {
                        deleteIn(below, path.resolve(child.getFileName()));
                    }
                }
                directory.deleteDirectory(name);
            } else {
                directory.deleteFile(name);
            }
        } catch (NoSuchFileException alreadyGone) {
            // What vanishes meanwhile needs no deleting.
        }
    }

    private static void deleteByPath(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException alreadyGone) {
            return;
        }
        if (attributes.isDirectory()) {
            makeWritable(path);
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    deleteByPath(child);
                }
            } catch (NoSuchFileException alreadyGone) {
                return;
            }
        }
        Files.deleteIfExists(path);
    }

    /** Does nothing as root, who may do anything; another user can only change what is his own. */
    private static void makeWritable(Path directory) throws IOException {
        if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
            Files.setPosixFilePermissions(
                    directory,
                    EnumSet.of(
                            PosixFilePermission.OWNER_READ,
                            PosixFilePermission.OWNER_WRITE,
                            PosixFilePermission.OWNER_EXECUTE));
        }
    }
}
