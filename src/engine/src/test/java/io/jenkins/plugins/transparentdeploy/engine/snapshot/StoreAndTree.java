package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What most tests of this package begin with: an empty store, and beside it an empty tree to take snapshots of. */
abstract class StoreAndTree {
    @TempDir
    Path directory;

    SnapshotStore store;
    TestTree tree;

    @BeforeEach
    void open() throws IOException {
        store = SnapshotStore.open(directory.resolve("store"));
        tree = TestTree.in(directory.resolve("app"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }
}
