package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import io.jenkins.plugins.transparentdeploy.engine.target.TargetContract;
import java.nio.file.Path;

/** What a target does on a host without Java, whatever its tools are and however it is reached. */
abstract class ShellTargetContract extends TargetContract {
    static final HostId CONTROLLER = new HostId("11111111-2222-3333-4444-555555555555");

    /** The host's shell. */
    abstract RemoteShell shell();

    @Override
    protected Target open(Path root, ManagedPaths managed, SnapshotStore store) {
        return new ShellReleasesTarget(shell(), root, managed, store, 2, new Ownership(CONTROLLER, "ci-1", false));
    }

    @Override
    protected Path live() {
        return root.resolve("current");
    }

    /** The store is on another machine, so this is no matter. */
    @Override
    protected void refusesAnotherFilesystem(Path elsewhere) {}
}
