package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host without Java, on which there are two releases; the second is live. */
abstract class TwoReleases {
    static final ManagedPaths MANAGED = new ManagedPaths(List.of("logs/**"), List.of("*.pid"));
    static final String INSTANCE = "app-1";

    @TempDir
    Path directory;

    final WatchedShell shell = new WatchedShell(new LocalShell("web1", List.of()));
    /** What the host said, exchange by exchange. */
    final List<String> answers = new ArrayList<>();

    Path root;
    SnapshotStore store;
    Journal journal;
    Manifest first;
    Manifest second;

    @BeforeEach
    void release() throws IOException {
        root = Files.createDirectory(directory.resolve("app"));
        store = SnapshotStore.open(directory.resolve("state/store"));
        journal = Journal.open(directory.resolve("state/journal"), Clock.systemUTC(), JournalObserver.NONE);
        TestTree tree = TestTree.in(directory.resolve("build"))
                .file("version", "one")
                .file("bin/run", "run")
                .link("link", "version")
                .directory("empty");
        first = store.capture(tree.root(), ManagedPaths.ALL);
        second = store.capture(tree.file("version", "two").root(), ManagedPaths.ALL);
        journal.startSegment("r1");
        target().apply(INSTANCE, first, "r1", journal);
        target().apply(INSTANCE, second, "r2", journal);
        shell.disturb((number, exchange) -> {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            try {
                return exchange.writing(said).run();
            } finally {
                answers.add(said.toString(StandardCharsets.UTF_8));
                said.writeTo(exchange.output());
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        store.close();
    }

    /** Another process each time: nothing is in its memory. */
    ShellReleasesTarget target() {
        return new ShellReleasesTarget(
                shell, root, MANAGED, store, 5, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
    }
}
