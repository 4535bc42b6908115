package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.IOException;

/**
 * An instance on its host: where its files are, where their objects are, and how it runs.
 *
 * @param store on the filesystem of the target
 */
public record ManagedInstance(
        InstanceDefinition definition, Target target, SnapshotStore store, InstanceProcess process) {

    public String name() {
        return definition.name();
    }

    /** Takes the managed state into the store. */
    InstanceState capture() throws IOException {
        return stateOf(target.capture());
    }

    InstanceState stateOf(Manifest manifest) throws IOException {
        return new InstanceState(store.save(manifest), manifest.contentRoot());
    }

    Manifest manifest(InstanceState state) throws IOException {
        return store.load(state.manifest());
    }
}
