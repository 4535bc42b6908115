package io.jenkins.plugins.transparentdeploy.engine.target.served;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.Ownership;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection breaks after so many bytes, one way or the other; the service itself is a process of its own. */
class CutConnectionTest {
    private static final HostId CONTROLLER = new HostId("00000000-0000-4000-8000-000000000001");

    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(directory.resolve("app"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 300, 1_000, 20_000, 150_000})
    void aReleaseGoesOnWhenWhatIsSentIsCut(long bytes) throws IOException {
        releases(new CuttingShell(bytes, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 150, 450, 800, 2_000})
    void aReleaseGoesOnWhenWhatIsAnsweredIsCut(long bytes) throws IOException {
        releases(new CuttingShell(Long.MAX_VALUE, bytes));
    }

    @Test
    void bothAreFarEnough() throws IOException {
        CuttingShell shell = new CuttingShell(Long.MAX_VALUE, Long.MAX_VALUE);
        releases(shell);

        assertThat(Long.MAX_VALUE - shell.toHost.get()).isGreaterThan(150_000);
        assertThat(Long.MAX_VALUE - shell.fromHost.get()).isGreaterThan(2_000);
    }

    private void releases(CuttingShell shell) throws IOException {
        try (SnapshotStore store = SnapshotStore.open(directory.resolve("state/store"));
                Journal journal =
                        Journal.open(directory.resolve("state/journal"), Clock.systemUTC(), JournalObserver.NONE);
                ServedTarget target = new ServedTarget(
                        shell,
                        Place.of(Place.Kind.DIRECTORY, root, ManagedPaths.ALL, 5),
                        store,
                        () -> ServiceMain.program(directory.resolve("host-state")),
                        new Ownership(CONTROLLER, "ci", false))) {
            journal.startSegment("r1");
            Manifest one = content(store, "one", 1);
            Manifest two = content(store, "two", 2);

            target.apply("app", one, "r1", journal);
            target.apply("app", two, "r1", journal);

            assertThat(target.drift(two)).isEmpty();
            assertThat(journal.unfinished("r1")).isEmpty();
            assertThat(root.resolve("version")).hasContent("two");
        }
    }

    private Manifest content(SnapshotStore store, String version, long seed) throws IOException {
        TestTree tree = TestTree.in(directory.resolve("build-" + version)).file("version", version);
        byte[] incompressible = new byte[40_000];
        for (int i = 0; i < 3; i++) {
            new java.util.Random(seed * 10 + i).nextBytes(incompressible);
            Files.write(tree.root().resolve("lib-" + i), incompressible);
        }
        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL).withoutOwners();
        store.save(manifest);
        return manifest;
    }

    /** Breaks once, after so many bytes in one direction, and works ever after. */
    private static final class CuttingShell implements RemoteShell {
        private final LocalShell shell = new LocalShell();
        private final AtomicLong toHost;
        private final AtomicLong fromHost;

        CuttingShell(long toHost, long fromHost) {
            this.toHost = new AtomicLong(toHost);
            this.fromHost = new AtomicLong(fromHost);
        }

        @Override
        public String name() {
            return "web1";
        }

        @Override
        public Ended run(
                String script, List<String> arguments, InputStream input, OutputStream output, Duration timeout)
                throws IOException, InterruptedException {
            InputStream limitedIn = new FilterInputStream(input) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int count = in.read(buffer, offset, length);
                    if (cut(toHost, count)) {
                        input.close();
                        throw new IOException("cut on the way to the host");
                    }
                    return count;
                }
            };
            OutputStream limitedOut = new FilterOutputStream(output) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (cut(fromHost, length)) {
                        output.close();
                        throw new IOException("cut on the way from the host");
                    }
                    out.write(bytes, offset, length);
                }
            };
            Ended ended = shell.run(script, arguments, limitedIn, limitedOut, timeout);
            output.close();
            return ended;
        }

        private static boolean cut(AtomicLong left, int count) {
            long before = left.getAndAdd(-Math.max(0, count));
            return before > 0 && before - count <= 0;
        }

        @Override
        public void close() {}
    }
}
