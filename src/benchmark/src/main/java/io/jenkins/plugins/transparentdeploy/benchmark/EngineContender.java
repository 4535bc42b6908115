package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.target.DirectoryTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/** The engine in this process, warm: the store is opened, used and closed each time; restores are journaled. */
final class EngineContender implements Contender {
    static final String NAME = "engine, in process";

    private final Path directory;
    private Manifest last;

    EngineContender(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Scenario> does() {
        return EnumSet.allOf(Scenario.class);
    }

    @Override
    public String how() {
        return "`SnapshotStore.capture`, `DirectoryTarget.apply` with a journal; all durable on return";
    }

    @Override
    public void reset() throws IOException {
        DurableFiles.deleteTree(directory);
        DurableFiles.createDirectories(directory);
    }

    @Override
    public void snapshot(Path tree) throws IOException {
        try (SnapshotStore store = SnapshotStore.open(store())) {
            last = store.capture(tree, ManagedPaths.ALL);
        }
    }

    @Override
    public void restore(Path tree) throws IOException {
        DurableFiles.createDirectories(tree);
        try (SnapshotStore store = SnapshotStore.open(store());
                Journal journal = Journal.open(directory.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("benchmark");
            new DirectoryTarget(tree, ManagedPaths.ALL, store).apply("benchmark", last, "benchmark", journal);
        }
        DurableFiles.deleteTree(directory.resolve("journal"));
    }

    @Override
    public OptionalLong storeBytes() throws IOException {
        return OptionalLong.of(DiskUsage.of(store()));
    }

    /** Of this process, which also makes the trees and compares them. */
    @Override
    public OptionalLong peakMemory() {
        return ResidentMemory.peak(ProcessHandle.current());
    }

    private Path store() {
        return directory.resolve("store");
    }
}
