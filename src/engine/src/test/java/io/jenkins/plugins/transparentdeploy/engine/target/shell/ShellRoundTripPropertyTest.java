package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestArbitraries;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any tree becomes any other on a host without Java, and comes back, attribute by attribute. */
class ShellRoundTripPropertyTest {
    private static Path directory;
    private static SnapshotStore store;
    private static BusyBox box;
    private static int tries;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("round-trip");
        box = new BusyBox();
        store = SnapshotStore.open(directory.resolve("store"));
        for (String content : ManifestArbitraries.contents()) {
            store.objects().put(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @AfterContainer
    static void close() throws IOException {
        store.close();
        box.close();
        DurableFiles.deleteTree(directory);
    }

    @Provide
    Arbitrary<Manifest> manifests() {
        return ManifestArbitraries.manifests();
    }

    @Property(tries = 12, edgeCases = EdgeCasesMode.NONE)
    void withDebiansTools(@ForAll("manifests") Manifest one, @ForAll("manifests") Manifest two) throws IOException {
        goThereAndBack(new LocalShell(), new Dialect(true, true, true), one, two);
    }

    @Property(tries = 12, edgeCases = EdgeCasesMode.NONE)
    void withBusyBox(@ForAll("manifests") Manifest one, @ForAll("manifests") Manifest two) throws IOException {
        goThereAndBack(box.shell(), new Dialect(false, false, true), one, two);
    }

    private static void goThereAndBack(RemoteShell shell, Dialect dialect, Manifest one, Manifest two)
            throws IOException {
        Path world = Files.createDirectory(directory.resolve("world-" + tries++));
        Path root = Files.createDirectory(world.resolve("app"));
        Target target = new ShellReleasesTarget(
                shell, root, ManagedPaths.ALL, store, 2, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
        try (Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("r1");
            for (Manifest wanted : List.of(one, two, one)) {
                target.apply("app-1", wanted, "r1", journal);

                assertThat(target.capture()).isEqualTo(dialect.attainable(wanted));
                // Nothing of it is taken from a label.
                try (SnapshotStore proof = SnapshotStore.open(world.resolve("proof"))) {
                    Manifest found = wanted.isEmpty()
                            ? Manifest.EMPTY
                            : proof.scan(root.resolve("current"), ManagedPaths.ALL)
                                    .manifest();
                    assertThat(found.contentRoot()).isEqualTo(wanted.contentRoot());
                }
            }
        }
    }
}
