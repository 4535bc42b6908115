package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.service.ArtifactDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.security.Key;
import java.util.Optional;

/** A release that succeeded on another host, from the pack that was archived with it. */
public final class PackedRelease implements ReleaseSource {
    private final ReleaseRecords records;
    private final Key key;
    private final ProvenContent content;

    private PackedRelease(ReleaseRecords records, Key key, ProvenContent content) {
        this.records = records;
        this.key = key;
        this.content = content;
    }

    /**
     * Finds it.
     *
     * @param key what the pack is opened with
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when it is not good, or of another service
     */
    public static PackedRelease find(ReleaseRecords records, Key key, String service) throws IOException {
        return new PackedRelease(records, key, ProvenContent.of(records.release(), service));
    }

    /** What was found. */
    public ReleaseRecord record() {
        return content.record();
    }

    @Override
    public Manifest into(SnapshotStore store, ArtifactDefinition described) throws IOException {
        try (InputStream in = records.openPack()) {
            PackReader.read(in, key, store);
        }
        return content.in(store);
    }

    @Override
    public Optional<Origin> origin() {
        return Optional.of(content.origin());
    }
}
