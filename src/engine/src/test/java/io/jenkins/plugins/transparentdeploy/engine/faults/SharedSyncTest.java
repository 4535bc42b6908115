package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.faults.Gate.Change;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalReport;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StopInstance;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes so long for a sync that everybody else has written meanwhile: they share the next one. */
class SharedSyncTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 25;

    @TempDir
    Path directory;

    /** Of records, since the segment began. */
    private int written;
    /** How many records there were when the last sync began that has ended. */
    private volatile int durable;

    private int syncs;
    /** How many records are written before a sync ends. */
    private int awaited;

    @AfterEach
    void leave() {
        World.enter(null);
    }

    @Test
    @Timeout(60)
    void thoseWhoWriteWhileOneSyncsShareTheNext() throws Exception {
        World.enter(new World(directory, this::pass, null));
        Path chain = new WorldProvider(FileSystems.getDefault().provider())
                .getPath(Path.of(World.NAME, "journal").toUri());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Journal journal = Journal.open(chain, Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("r1");
            written = 0;
            syncs = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                awaited = round * THREADS;
                for (Future<Boolean> known : threads.invokeAll(round(journal))) {
                    assertThat(known.get()).as("told of what is durable only").isTrue();
                }
            }
            assertThat(written).isEqualTo(THREADS * ROUNDS);
            // The one that was first, and one for all others.
            assertThat(syncs).isPositive().isLessThanOrEqualTo(2 * ROUNDS);
        } finally {
            threads.shutdownNow();
        }
        JournalReport report = JournalFiles.verify(chain);
        assertThat(report.status()).isEqualTo(JournalReport.Status.OK);
        assertThat(report.records()).isEqualTo(THREADS * ROUNDS);
    }

    /** Each writes a record, and says whether it was durable when it was told so. */
    private List<Callable<Boolean>> round(Journal journal) {
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String instance = "app-" + i;
            work.add(() -> {
                Intent intent = journal.intend(new StopInstance(instance));
                return intent.seq() <= durable;
            });
        }
        return work;
    }

    /** The world is locked meanwhile; it is left to others while the disk is at work. */
    private void pass(Change change, Path path) throws IOException {
        if (!path.toString().endsWith(".jsonl")) {
            return;
        }
        if (change == Change.WRITE) {
            written++;
            World.class.notifyAll();
        } else if (change == Change.SYNC) {
            syncs++;
            int covered = written;
            awaitOthers();
            durable = Math.max(durable, covered);
        }
    }

    private void awaitOthers() throws InterruptedIOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (written < awaited && System.nanoTime() < deadline) {
            try {
                World.class.wait(100);
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }
}
