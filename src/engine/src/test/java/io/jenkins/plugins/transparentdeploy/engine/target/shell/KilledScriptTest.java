package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills all that runs on the host, with a real {@code kill -9}, before each command that changes something there, which is
 * after the one before it, as when the machine stops. Then another process goes on from there, either way.
 */
class KilledScriptTest {
    private static final ManagedPaths MANAGED = new ManagedPaths(List.of("logs/**"), List.of());
    private static final List<String> COMMANDS =
            List.of("chmod", "cp", "dd", "ln", "mkdir", "mv", "rm", "sync", "tar", "touch");
    private static final String PRECIOUS = "written by the application";
    private static final String INSTANCE = "app-1";

    @TempDir
    Path directory;

    private Path commands;
    private Manifest first;
    private Manifest second;

    /** Commands that count themselves, and kill their process group at one count. */
    @BeforeEach
    void prepareCommands() throws IOException {
        commands = Files.createDirectory(directory.resolve("commands"));
        for (String name : COMMANDS) {
            Path command = commands.resolve(name);
            Files.writeString(
                    command,
                    """
                    #!/bin/sh
                    n=$(($(/bin/cat "$COUNT") + 1))
                    echo $n >"$COUNT"
                    if [ $n = "$AT" ]; then
                      echo killed >>"$COUNT"
                      kill -9 0
                    fi
                    exec /bin/%1$s "$@"
                    """
                            .formatted(name));
            Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @ParameterizedTest(name = "back: {0}")
    @ValueSource(booleans = {false, true})
    void leavesTheOldOrTheNewReleaseWhereverItIsKilled(boolean back) throws IOException {
        boolean killed = true;
        int at = 0;
        while (killed) {
            at++;
            killed = killAndGoOn(directory.resolve("world-" + at), at, back);
        }
        assertThat(at).isGreaterThan(back ? 10 : 30);
    }

    /** @return whether there was a command of that number to be killed at */
    private boolean killAndGoOn(Path world, int at, boolean back) throws IOException {
        Path root = Files.createDirectories(world.resolve("app"));
        Path count = Files.writeString(world.resolve("count"), "0\n");
        try (SnapshotStore store = SnapshotStore.open(world.resolve("store"));
                Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            makeReleases(store);
            ShellReleasesTarget target = target(new LocalShell("web1", List.of()), root, store);
            journal.startSegment("r1");
            target.apply(INSTANCE, first, "r1", journal);
            if (back) {
                target.apply(INSTANCE, second, "r1", journal);
            }
            Files.writeString(root.resolve("current/logs/app.log"), PRECIOUS);
            journal.startSegment("r2");
            Manifest before = back ? second : first;
            Manifest wanted = back ? first : second;
            ShellReleasesTarget dying = target(dying(count, at), root, store);

            if (!wasKilled(() -> dying.apply(INSTANCE, wanted, "r2", journal), count)) {
                return false;
            }

            assertThat(target.drift(before, wanted))
                    .as("killed before command %d", at)
                    .isEmpty();
            List<Manifest> ways = at % 2 == 1 ? List.of(before, wanted) : List.of(wanted, before);
            for (Manifest next : ways) {
                target.apply(INSTANCE, next, "r2", journal);
                assertThat(target.capture().withoutOwners()).isEqualTo(next.withoutOwners());
                assertThat(root.resolve("current/logs/app.log")).hasContent(PRECIOUS);
                assertThat(journal.unfinished("r2")).isEmpty();
            }
        }
        DurableFiles.deleteTree(world);
        return true;
    }

    private static boolean wasKilled(org.assertj.core.api.ThrowableAssert.ThrowingCallable apply, Path count)
            throws IOException {
        try {
            apply.call();
        } catch (Throwable dead) {
            assertThat(Files.readString(count)).contains("killed");
            assertThat(dead).isInstanceOf(IOException.class);
            return true;
        }
        return Files.readString(count).contains("killed");
    }

    /** A machine that is gone once it was killed. */
    private RemoteShell dying(Path count, int at) {
        WatchedShell shell = new WatchedShell(new LocalShell(
                "web1",
                List.of(
                        "setsid",
                        "-w",
                        "env",
                        "PATH=" + commands + ":" + System.getenv("PATH"),
                        "COUNT=" + count,
                        "AT=" + at)));
        shell.disturb((number, exchange) -> {
            if (Files.readString(count).contains("killed")) {
                throw new IOException("no route to host");
            }
            RemoteShell.Ended ended = exchange.run();
            if (Files.readString(count).contains("killed")) {
                throw new IOException("connection reset by peer");
            }
            return ended;
        });
        return shell;
    }

    private static ShellReleasesTarget target(RemoteShell shell, Path root, SnapshotStore store) {
        return new ShellReleasesTarget(
                shell, root, MANAGED, store, 5, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
    }

    private void makeReleases(SnapshotStore store) throws IOException {
        TestTree build = TestTree.in(directory.resolve("build"))
                .delete("bin")
                .delete("becomes")
                .delete("link")
                .file("bin/run.sh", "run one", "rwxr-xr-x")
                .file("becomes/a/file", "x")
                .link("link", "bin/run.sh")
                .directory("empty")
                .file("mode", "x", "rw-r--r--");
        first = store.capture(build.root(), ManagedPaths.ALL);
        build.file("bin/run.sh", "run two, longer")
                .delete("becomes")
                .file("becomes", "now a file")
                .delete("link")
                .link("link", "mode")
                .file("new/häß lich", "x")
                .file("mode", "x", "rwxr-xr-x");
        second = store.capture(build.root(), ManagedPaths.ALL);
        build.delete("new");
    }
}
