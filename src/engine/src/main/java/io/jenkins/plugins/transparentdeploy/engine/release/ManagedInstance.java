package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.IOException;

/**
 * An instance on its host: where its files are, where their objects are, and how it runs.
 *
 * @param host where it lives; of a machine that is reached by SSH nothing is asked before it is needed
 * @param store on the filesystem of the target, or with the other records when the target is on another machine
 */
public record ManagedInstance(
        InstanceDefinition definition, Host host, Target target, SnapshotStore store, InstanceProcess process) {

    public String name() {
        return definition.name();
    }

    /** Whether it lives on a machine of its own, which may be out of reach. */
    boolean isRemote() {
        return definition.host().isPresent();
    }

    /** What people call the machine that it lives on. */
    String hostName() {
        return definition.host().map(HostDefinition::name).orElseGet(host::name);
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
