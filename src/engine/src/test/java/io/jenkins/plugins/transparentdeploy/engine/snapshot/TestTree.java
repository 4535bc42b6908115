package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

/** Makes trees to test with, in words that read like a listing. */
public final class TestTree {
    private final Path root;

    private TestTree(Path root) {
        this.root = root;
    }

    /** In this directory, which is created. */
    public static TestTree in(Path root) throws IOException {
        return new TestTree(Files.createDirectories(root));
    }

    public Path root() {
        return root;
    }

    public TestTree file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    public TestTree file(String path, String content, String permissions) throws IOException {
        file(path, content);
        Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString(permissions));
        return this;
    }

    public TestTree directory(String path) throws IOException {
        Files.createDirectories(root.resolve(path));
        return this;
    }

    public TestTree link(String path, String target) throws IOException {
        Path link = root.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
        return this;
    }

    public TestTree delete(String path) throws IOException {
        DurableFiles.deleteTree(root.resolve(path));
        return this;
    }

    public TestTree modified(String path, Instant time) throws IOException {
        Files.setLastModifiedTime(root.resolve(path), FileTime.from(time));
        return this;
    }
}
