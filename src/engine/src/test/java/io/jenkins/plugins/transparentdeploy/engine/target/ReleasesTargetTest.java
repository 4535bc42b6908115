package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.nio.file.Path;

class ReleasesTargetTest extends ReleasesContract {
    @Override
    protected PrunableTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep) {
        return new ReleasesTarget(root, managed, store, keep);
    }
}
