package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * One directory below {@code releases/}, with what was written about it in a hidden file beside it. A directory that
 * another tool made has no such file.
 *
 * @param path the directory
 */
record ReleaseDirectory(Path path) {
    static final String PARTIAL = ".partial";

    /**
     * What a release directory was filled with.
     *
     * @param manifest id of the manifest
     * @param contentRoot its content root; a hint that saves reading directories which cannot match
     */
    record Label(ContentId manifest, RootHash contentRoot) {}

    String name() {
        return path.getFileName().toString();
    }

    /** Where it is filled, and where it is when it is being removed. */
    Path partial() {
        return path.resolveSibling(name() + PARTIAL);
    }

    Optional<Label> label() throws IOException {
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(labelFile()), Label.class));
        } catch (NoSuchFileException notOurs) {
            return Optional.empty();
        }
    }

    void label(Manifest manifest) throws IOException {
        DurableFiles.write(
                labelFile(), Json.MAPPER.writeValueAsBytes(new Label(manifest.id(), manifest.contentRoot())));
    }

    /** When it was filled. */
    FileTime age() throws IOException {
        return Files.getLastModifiedTime(Files.exists(labelFile()) ? labelFile() : path);
    }

    /** Takes it out of sight with one rename, then deletes it; what a crash leaves is a partial. */
    void remove() throws IOException {
        DurableFiles.deleteTree(partial());
        DurableFiles.moveInto(path, partial());
        Files.deleteIfExists(labelFile());
        DurableFiles.deleteTree(partial());
    }

    private Path labelFile() {
        return path.resolveSibling("." + name() + ".json");
    }
}
