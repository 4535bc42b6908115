package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.service.ArtifactDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ArtifactImporter;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ImportOptions;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the content of a release comes from. */
public interface ReleaseSource {
    /**
     * Brings the content into a store, where it hurts nobody. Idempotent.
     *
     * @param described how an artifact becomes content
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when it cannot be
     */
    Manifest into(SnapshotStore store, ArtifactDefinition described) throws IOException;

    /** The release that has proven the content; empty for an artifact, which has proven nothing yet. */
    Optional<Origin> origin();

    /** A directory or an archive. */
    static ReleaseSource artifact(Path path) {
        return new Artifact(path);
    }

    /** @see #artifact */
    record Artifact(Path path) implements ReleaseSource {
        @Override
        public Manifest into(SnapshotStore store, ArtifactDefinition described) throws IOException {
            return new ArtifactImporter(store)
                    .importFrom(path, new ImportOptions(described.unpack(), described.stripComponents()));
        }

        @Override
        public Optional<Origin> origin() {
            return Optional.empty();
        }
    }
}
