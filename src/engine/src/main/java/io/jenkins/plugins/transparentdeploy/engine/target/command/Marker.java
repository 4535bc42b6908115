package io.jenkins.plugins.transparentdeploy.engine.target.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Owner;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A small JSON file in a directory that no release may have, by which a manifest says what it is made of. Its time is
 * always the same, so that equal contents are equal manifests.
 */
public record Marker(String name) {
    private static final String DIRECTORY = ".transparent-deploy";
    private static final FileMode PRIVATE_FILE = FileMode.parse("0600");
    private static final FileMode OPEN_DIRECTORY = FileMode.parse("0755");

    /** The entries of it, with its content in the store. */
    public List<ManifestEntry> entries(SnapshotStore store, Object content) throws IOException {
        ObjectStore.Stored stored = store.objects().put(Json.MAPPER.writeValueAsBytes(content));
        return List.of(
                directory(DIRECTORY),
                new FileEntry(path(), PRIVATE_FILE, Instant.EPOCH, Owner.UNKNOWN, stored.size(), stored.id()));
    }

    /** What it says in a manifest; empty if it is not in it. */
    public <T> Optional<T> read(SnapshotStore store, Manifest manifest, Class<T> type) throws IOException {
        if (!(manifest.find(path()).orElse(null) instanceof FileEntry file)) {
            return Optional.empty();
        }
        try (InputStream content = store.objects().open(file.content())) {
            return Optional.of(Json.MAPPER.readValue(content, type));
        } catch (JsonProcessingException e) {
            throw new CorruptStateException(
                    "What the manifest " + manifest.id() + " says of itself is not understood: "
                            + e.getOriginalMessage(),
                    "Use the version of this program that wrote it, or a newer one");
        }
    }

    /** Whether a manifest has it. */
    public boolean isIn(Manifest manifest) {
        return manifest.find(path()).isPresent();
    }

    /**
     * Keeps a release from saying that it is something else.
     *
     * @throws RefusedException if anything is at a path that only this program writes
     */
    public static void refuseIn(Manifest content) {
        if (content.find(DIRECTORY).isPresent()) {
            throw new RefusedException(
                    "The artifact has something at '" + DIRECTORY + "', where only this program writes",
                    "Leave it out of the artifact");
        }
    }

    /** A directory of a composed manifest, the same on every host. */
    public static DirectoryEntry directory(String path) {
        return new DirectoryEntry(path, OPEN_DIRECTORY, Owner.UNKNOWN);
    }

    private String path() {
        return DIRECTORY + "/" + name;
    }
}
