package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
    private static final Instant SINCE = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path directory;

    @Test
    void refusesASecondOwnerInThisProcessAndNamesTheFirst() throws IOException {
        Path file = directory.resolve("shop/production.lock");
        try (ProcessLock first = ProcessLock.tryAcquire(file, holder("build 12"))) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> ProcessLock.tryAcquire(file, holder("build 13")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("build 12")
                    .hasMessageContaining(SINCE.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("release of shop");
        }
    }

    @Test
    void isFreeAfterItWasReleased() throws IOException {
        Path file = directory.resolve("lock");
        ProcessLock first = ProcessLock.tryAcquire(file, holder("first"));
        first.close();
        first.close();

        try (ProcessLock second = ProcessLock.tryAcquire(file, holder("second"))) {
            assertThat(second).isNotNull();
            assertThat(ProcessLock.holderOf(file)).map(Holder::who).contains("second");
        }
    }

    @Test
    void isHeldAgainstOtherProcessesAlsoAfterAFailedAttemptHere() throws Exception {
        Path file = directory.resolve("lock");
        try (ProcessLock held = ProcessLock.tryAcquire(file, holder("parent"))) {
            assertThat(held).isNotNull();
            // If this attempt opened and closed the file, POSIX would drop the lock.
            assertThat(ProcessLock.acquireIfFree(file, holder("again"))).isEmpty();

            Process child = ChildJvm.start(LockingProcess.class, List.of(file.toString()));
            assertThat(firstLineOf(child)).contains("is locked by parent");
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void isFreedByTheSystemWhenItsHolderIsKilled() throws Exception {
        Path file = directory.resolve("lock");
        Process child = ChildJvm.start(LockingProcess.class, List.of(file.toString()));
        try {
            assertThat(firstLineOf(child)).isEqualTo("locked");
            assertThatThrownBy(() -> ProcessLock.tryAcquire(file, holder("parent")))
                    .hasMessageContaining("process " + child.pid());
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();

        try (ProcessLock taken = ProcessLock.tryAcquire(file, holder("parent"))) {
            assertThat(taken).isNotNull();
        }
    }

    /** Takes a lock, says so, and keeps it until it is killed; or says why not. */
    static final class LockingProcess {
        public static void main(String[] args) throws Exception {
            try {
                ProcessLock.tryAcquire(Path.of(args[0]), holder("child"));
                System.out.println("locked");
                System.out.flush();
                Thread.currentThread().join();
            } catch (RefusedException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static String firstLineOf(Process process) throws IOException {
        BufferedReader reader = process.inputReader();
        return reader.readLine();
    }

    private static Holder holder(String who) {
        return Holder.thisProcess(who, "release of shop", Clock.fixed(SINCE, ZoneOffset.UTC));
    }
}
