package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.PrunableTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesContract;
import java.nio.file.Path;

/** What a target does on a host without Java, whatever its tools are and however it is reached. */
abstract class ShellTargetContract extends ReleasesContract {
    static final HostId CONTROLLER = new HostId("11111111-2222-3333-4444-555555555555");

    /** The host's shell. */
    abstract RemoteShell shell();

    @Override
    protected PrunableTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep) {
        return new ShellReleasesTarget(shell(), root, managed, store, keep, new Ownership(CONTROLLER, "ci-1", false));
    }

    @Override
    protected Path live() {
        return root.resolve("current");
    }

    /** The store is on another machine, so this is no matter. */
    @Override
    protected void refusesAnotherFilesystem(Path elsewhere) {}
}
