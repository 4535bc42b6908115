package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.ArtifactDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A release that succeeded in another environment of the same service, on the same host. */
public final class PromotedRelease implements ReleaseSource {
    private final ProvenContent content;
    private final Path store;

    private PromotedRelease(ProvenContent content, Path store) {
        this.content = content;
        this.store = store;
    }

    /**
     * Finds it.
     *
     * @param name an id or a version; empty for what is live there
     * @throws RefusedException when there is none, or it is not good
     */
    public static PromotedRelease find(StateDirectory state, String service, String environment, Optional<String> name)
            throws IOException {
        ReleaseHistory history = new ReleaseHistory(state.environment(service, environment));
        ReleaseRecord record = name.isPresent() ? named(history, name.get()) : live(history, service, environment);
        EnvironmentDefinition described = EnvironmentReader.read(service, environment, record.resolvedServiceFile());
        return new PromotedRelease(
                ProvenContent.of(record, service),
                Targets.store(state, described.instances().get(0).target()));
    }

    private static ReleaseRecord named(ReleaseHistory history, String name) throws IOException {
        ReleaseId id = history.restorable(name).id();
        return history.find(id).orElseThrow(() -> notARelease(name));
    }

    private static RefusedException notARelease(String name) {
        return new RefusedException(
                "'" + name + "' is a rollback point, not a release", "Name a release from 'tdeploy history'");
    }

    private static ReleaseRecord live(ReleaseHistory history, String service, String environment) throws IOException {
        Optional<ReleaseRecord> live = history.live();
        if (live.isEmpty()) {
            throw new RefusedException(
                    "Nothing was released to " + service + "/" + environment + " on this host",
                    "Check the name, or promote from the host that it runs on with --from-pack");
        }
        return history.content(live.get());
    }

    /** What was found. */
    public ReleaseRecord record() {
        return content.record();
    }

    @Override
    public Manifest into(SnapshotStore destination, ArtifactDefinition described) throws IOException {
        if (!destination.directory().toRealPath().equals(store.toRealPath())) {
            try (SnapshotStore from = SnapshotStore.open(store)) {
                StoreTransfer.copy(content.in(from), from, destination);
            }
        }
        return content.in(destination);
    }

    @Override
    public Optional<Origin> origin() {
        return Optional.of(content.origin());
    }
}
