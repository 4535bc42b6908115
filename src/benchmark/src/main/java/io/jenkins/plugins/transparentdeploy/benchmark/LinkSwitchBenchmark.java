package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Goes back and forth between two releases that are both still there. */
final class LinkSwitchBenchmark {
    private static final int KEEP = 5;

    private LinkSwitchBenchmark() {}

    /** @return the median time of one rollback, all of the engine's part */
    static Duration run(Path work, int files, int switches) throws IOException {
        GeneratedTree tree = new GeneratedTree(files);
        Path build = work.resolve("link-build");
        Path root = Files.createDirectories(work.resolve("link-target"));
        tree.writeTo(build);
        List<Duration> times = new ArrayList<>();
        try (SnapshotStore store = SnapshotStore.open(work.resolve("link-store"));
                Journal journal = Journal.open(work.resolve("link-journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            Manifest one = store.capture(build, ManagedPaths.ALL);
            tree.change(build, 1);
            Manifest two = store.capture(build, ManagedPaths.ALL);
            ReleasesTarget target = new ReleasesTarget(root, ManagedPaths.ALL, store, KEEP);
            apply(target, one, "r1", journal);
            apply(target, two, "r2", journal);
            for (int i = 0; i < switches; i++) {
                long begin = System.nanoTime();
                apply(target, i % 2 == 0 ? one : two, "back-" + i, journal);
                times.add(Duration.ofNanos(System.nanoTime() - begin));
            }
        }
        // The first half warms up.
        List<Duration> warm = new ArrayList<>(times.subList(times.size() / 2, times.size()));
        Collections.sort(warm);
        return warm.get(warm.size() / 2);
    }

    private static void apply(ReleasesTarget target, Manifest wanted, String release, Journal journal)
            throws IOException {
        journal.startSegment(release);
        target.apply("bench", wanted, release, journal);
    }
}
