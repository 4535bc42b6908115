package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell.Ended;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.WatchedShell.Exchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Breaks the connection at each exchange of a deployment and of a way back: before it arrives, in the middle of what is sent,
 * after it was done, or so that it is only done much later. Live is the old or the new release at every moment, and the next
 * apply brings whichever is wanted.
 */
class BrokenConnectionTest {
    private static final ManagedPaths MANAGED = new ManagedPaths(List.of("logs/**"), List.of());
    private static final String INSTANCE = "app-1";
    private static final String PRECIOUS = "written by the application";

    enum Break {
        /** Nothing arrives. */
        BEFORE,
        /** Half of what is sent arrives. */
        HALF,
        /** All is done, and nobody hears of it. */
        AFTER
    }

    /** What there is to do when it breaks. */
    enum Way {
        DEPLOY,
        BACK,
        REMOVE
    }

    @TempDir
    Path directory;

    private final WatchedShell shell = new WatchedShell(new LocalShell("web1", List.of()));
    private Path root;
    private SnapshotStore store;
    private Journal journal;
    private ShellReleasesTarget target;
    private Manifest first;
    private Manifest second;
    private Manifest wanted;

    @BeforeEach
    void prepare() throws IOException {
        root = Files.createDirectory(directory.resolve("app"));
        store = SnapshotStore.open(directory.resolve("state/store"));
        journal = Journal.open(directory.resolve("state/journal"), Clock.systemUTC(), JournalObserver.NONE);
        target = new ShellReleasesTarget(
                shell, root, MANAGED, store, 5, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        TestTree tree =
                TestTree.in(directory.resolve("build")).file("version", "1").file("same", "same");
        first = store.capture(tree.root(), ManagedPaths.ALL);
        Files.write(tree.file("version", "2").root().resolve("large"), content);
        second = store.capture(tree.root(), ManagedPaths.ALL);
        journal.startSegment("r1");
        target.apply(INSTANCE, first, "r1", journal);
        Files.writeString(root.resolve("shared/logs/app.log"), PRECIOUS);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        store.close();
    }

    private Manifest begin(Way way) throws IOException {
        wanted = way == Way.DEPLOY ? second : way == Way.BACK ? first : Manifest.EMPTY;
        if (way == Way.BACK) {
            target.apply(INSTANCE, second, "r1", journal);
        }
        journal.startSegment("r2");
        return way == Way.BACK ? second : first;
    }

    static List<Arguments> breaks() {
        List<Arguments> breaks = new ArrayList<>();
        for (Way way : Way.values()) {
            for (int exchange = 1; exchange <= (way == Way.DEPLOY ? 3 : 2); exchange++) {
                for (Break kind : Break.values()) {
                    for (boolean forGood : new boolean[] {false, true}) {
                        breaks.add(Arguments.of(way, exchange, kind, forGood));
                    }
                }
            }
        }
        return breaks;
    }

    @ParameterizedTest(name = "{0}, exchange {1}, {2}, for good {3}")
    @MethodSource("breaks")
    void leavesTheOldOrTheNewRelease(Way way, int exchange, Break kind, boolean forGood) throws IOException {
        Manifest before = begin(way);
        shell.disturb((number, asked) -> {
            if (number == exchange) {
                return broken(kind, asked);
            }
            if (forGood && number > exchange) {
                throw new IOException("no route to host");
            }
            return asked.run();
        });

        assertThatThrownBy(() -> target.apply(INSTANCE, wanted, "r2", journal)).isInstanceOf(IOException.class);

        shell.rest();
        assertThat(target.drift(before, wanted)).isEmpty();
        List<Manifest> ways = exchange % 2 == 0 ? List.of(before, wanted) : List.of(wanted, before);
        for (Manifest next : ways) {
            target.apply(INSTANCE, next, "r2", journal);
            assertIsLive(next);
        }
    }

    private static Ended broken(Break kind, Exchange asked) throws IOException, InterruptedException {
        if (kind == Break.HALF) {
            byte[] whole = asked.input().readAllBytes();
            InputStream half = new ByteArrayInputStream(Arrays.copyOf(whole, whole.length / 2));
            asked.reading(half).writing(OutputStream.nullOutputStream()).run();
        } else if (kind == Break.AFTER) {
            asked.writing(OutputStream.nullOutputStream()).run();
        }
        throw new IOException("connection reset by peer");
    }

    @ParameterizedTest(name = "{0}, exchange {1}")
    @CsvSource({"DEPLOY, 1", "DEPLOY, 2", "DEPLOY, 3", "BACK, 1", "BACK, 2", "REMOVE, 1", "REMOVE, 2"})
    void whatComesLateChangesNothing(Way way, int exchange) throws Exception {
        Manifest before = begin(way);
        Exchange late = holdBack(exchange);

        target.apply(INSTANCE, before, "r2", journal);
        late.run();

        assertThat(target.drift(before)).isEmpty();
        target.apply(INSTANCE, wanted, "r2", journal);
        assertIsLive(wanted);
        late.run();
        assertThat(target.drift(wanted)).isEmpty();
    }

    @ParameterizedTest(name = "{0}, exchange {1}")
    @CsvSource({"DEPLOY, 1", "DEPLOY, 2", "DEPLOY, 3", "BACK, 1", "BACK, 2"})
    void whatComesLateInTheMiddleOfAnotherChangeDoesNotMixWithIt(Way way, int exchange) throws Exception {
        Manifest before = begin(way);
        Exchange late = holdBack(exchange);
        Manifest third = store.capture(
                TestTree.in(directory.resolve("build")).file("version", "3").root(), ManagedPaths.ALL);
        shell.disturb((number, asked) -> {
            if (asked.is(HostScript.COMMIT)) {
                late.run();
            }
            return asked.run();
        });

        try {
            target.apply(INSTANCE, third, "r3", journal);
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("another change has begun since");
        }

        shell.rest();
        assertThat(target.drift(before, third)).isEmpty();
        target.apply(INSTANCE, third, "r3", journal);
        assertThat(target.drift(third)).isEmpty();
        target.apply(INSTANCE, wanted, "r2", journal);
        assertIsLive(wanted);
    }

    /** An exchange that the network holds back; who asked hears that the connection broke. */
    private Exchange holdBack(int exchange) {
        List<Exchange> held = new ArrayList<>();
        shell.disturb((number, asked) -> {
            if (number == exchange) {
                InputStream copy = new ByteArrayInputStream(asked.input().readAllBytes());
                held.add(asked.reading(copy).writing(OutputStream.nullOutputStream()));
            }
            if (number >= exchange) {
                throw new IOException("connection reset by peer");
            }
            return asked.run();
        });
        assertThatThrownBy(() -> target.apply(INSTANCE, wanted, "r2", journal)).isInstanceOf(IOException.class);
        shell.rest();
        return held.get(0);
    }

    private void assertIsLive(Manifest expected) throws IOException {
        assertThat(target.capture().contentRoot()).isEqualTo(expected.contentRoot());
        assertThat(journal.unfinished("r2")).isEmpty();
        assertThat(root.resolve("shared/logs/app.log")).hasContent(PRECIOUS);
        if (!expected.isEmpty()) {
            assertThat(root.resolve("current/logs/app.log")).hasContent(PRECIOUS);
        }
        try (var left = Files.list(root.resolve("releases"))) {
            assertThat(left.map(Path::toString)).noneMatch(name -> name.endsWith(".partial"));
        }
    }
}
