package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Replay;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.target.KilledApply.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills a real process, with a real {@code kill -9}, right before and right after every record that it journals, going
 * forward and going back; then another process goes on from there, either way.
 */
class KillTest {
    private static final String RELEASE = "r2";
    private static final int SIGKILLED = 128 + 9;
    private static final String PRECIOUS = "written by the application";

    @TempDir
    Path directory;

    private Manifest before;
    private Manifest after;

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"DIRECTORY, forward", "DIRECTORY, back", "RELEASES, forward", "RELEASES, back"})
    void leavesTheOldOrTheNewStateWhereverItIsKilled(KilledApply.Kind kind, String way) throws Exception {
        Path template = prepare(kind, way.equals("back"));
        List<JournalRecord> records = recordsOfAWholeRun(kind, template);
        assertThat(records).hasSizeGreaterThanOrEqualTo(kind == KilledApply.Kind.DIRECTORY ? 30 : 2);

        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> trials = new ArrayList<>();
            for (int n = 1; n <= records.size(); n++) {
                for (Moment moment : momentsAround(records, n)) {
                    Path world = directory.resolve(moment + "-" + n);
                    int record = n;
                    trials.add(workers.submit(() -> {
                        killAndGoOn(kind, template, world, moment, record);
                        return null;
                    }));
                }
            }
            for (Future<?> trial : trials) {
                trial.get();
            }
        } finally {
            workers.shutdownNow();
        }
    }

    /**
     * Around a done record much happens: before it the act, after it the next one. The intents of a batch are all on disk
     * before anybody hears of the first, so after any of them the disk is the same; the first and the last stand for all.
     */
    private static List<Moment> momentsAround(List<JournalRecord> records, int n) {
        if (records.get(n - 1) instanceof JournalRecord.Done) {
            return List.of(Moment.BEFORE, Moment.AFTER);
        }
        boolean between = n > 1
                && n < records.size()
                && records.get(n - 2) instanceof JournalRecord.Intent
                && records.get(n) instanceof JournalRecord.Intent;
        return between ? List.of() : List.of(Moment.AFTER);
    }

    private void killAndGoOn(KilledApply.Kind kind, Path template, Path world, Moment moment, int n) throws Exception {
        copy(template, world);
        Process child = ChildJvm.start(
                KilledApply.class,
                List.of(kind.name(), world.toString(), after.id().hex(), moment.name(), Integer.toString(n)));
        assertThat(child.waitFor()).as("killed %s record %d", moment, n).isEqualTo(SIGKILLED);

        try (SnapshotStore store = SnapshotStore.open(world.resolve("store"));
                Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            Target target = kind.open(world, store);
            assertThat(target.drift(before, after)).isEmpty();
            // Odd ones go back first, even ones go forward first; then each goes the other way.
            List<Manifest> ways = n % 2 == 1 ? List.of(before, after) : List.of(after, before);
            for (Manifest wanted : ways) {
                target.apply("app-1", wanted, RELEASE, journal);
                assertIsLive(kind, world, target, wanted);
                assertThat(journal.unfinished(RELEASE)).isEmpty();
                if (kind == KilledApply.Kind.DIRECTORY) {
                    Manifest sum = Replay.apply(before, JournalFiles.done(journal.records(RELEASE)));
                    assertThat(sum.contentRoot()).isEqualTo(wanted.contentRoot());
                }
            }
            assertThat(store.verify().isClean()).isTrue();
        }
        DurableFiles.deleteTree(world);
    }

    /** Looks with its own eyes: another store, without any index, and the bytes of what is not managed. */
    private void assertIsLive(KilledApply.Kind kind, Path world, Target target, Manifest wanted) throws IOException {
        Path fresh = Files.createTempDirectory(directory, "proof");
        try (SnapshotStore proof = SnapshotStore.open(fresh)) {
            Manifest found = proof.scan(kind.live(world), KilledApply.MANAGED).manifest();
            assertThat(found.contentRoot()).isEqualTo(wanted.contentRoot());
            assertThat(found.fullRoot()).isEqualTo(wanted.fullRoot());
        }
        assertThat(kind.live(world).resolve("logs/app.log")).hasContent(PRECIOUS);
        assertThat(target.drift(wanted)).isEmpty();
    }

    /** A world with one release live and what the next one needs in its store. */
    private Path prepare(KilledApply.Kind kind, boolean back) throws IOException {
        Path world = Files.createDirectories(directory.resolve("template"));
        Files.createDirectory(kind.root(world));
        try (SnapshotStore store = SnapshotStore.open(world.resolve("store"));
                Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            Target target = kind.open(world, store);
            journal.startSegment("r1");
            TestTree build = TestTree.in(directory.resolve("build"))
                    .file("bin/run.sh", "run one", "rwxr-xr-x")
                    .file("conf/app.conf", "a = 1")
                    .file("becomes/a/file", "x")
                    .file("becomes a directory", "x")
                    .link("link", "bin/run.sh")
                    .directory("empty")
                    .file("sealed/x", "one")
                    .file("gone/deep", "x")
                    .file("mode", "x", "rw-r--r--");
            build.root().resolve("sealed").toFile().setWritable(false);
            target.apply("app-1", store.capture(build.root(), ManagedPaths.ALL), "r1", journal);
            Files.writeString(kind.live(world).resolve("logs/app.log"), PRECIOUS);
            Manifest first = target.capture();
            build.root().resolve("sealed").toFile().setWritable(true);
            build.file("bin/run.sh", "run two, longer")
                    .delete("becomes")
                    .file("becomes", "now a file")
                    .delete("becomes a directory")
                    .file("becomes a directory/x", "x")
                    .delete("link")
                    .link("link", "mode")
                    .file("sealed/x", "two")
                    .delete("gone")
                    .file("new/häß lich", "x")
                    .file("mode", "x", "rwxr-xr-x");
            build.root().resolve("sealed").toFile().setWritable(false);
            Manifest second = store.capture(build.root(), ManagedPaths.ALL);
            if (back) {
                target.apply("app-1", second, RELEASE, journal);
                second = target.capture();
            }
            before = back ? second : first;
            after = back ? first : second;
        } finally {
            directory.resolve("build/sealed").toFile().setWritable(true);
        }
        return world;
    }

    private List<JournalRecord> recordsOfAWholeRun(KilledApply.Kind kind, Path template) throws Exception {
        Path world = directory.resolve("whole");
        copy(template, world);
        List<JournalRecord> records = new ArrayList<>();
        try (SnapshotStore store = SnapshotStore.open(world.resolve("store"));
                Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), records::add)) {
            journal.startSegment(RELEASE);
            kind.open(world, store).apply("app-1", store.load(after.id()), RELEASE, journal);
        }
        return records;
    }

    private static void copy(Path from, Path to) throws Exception {
        Process copy = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(copy.waitFor()).isZero();
    }
}
