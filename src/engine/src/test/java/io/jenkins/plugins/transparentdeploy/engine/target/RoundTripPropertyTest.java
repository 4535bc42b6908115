package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.Replay;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestArbitraries;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** On a real disk: from any tree to any other and back, every attribute included. */
class RoundTripPropertyTest {
    private static Path directory;
    private static SnapshotStore store;
    private static int tries;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("round-trip");
        store = SnapshotStore.open(directory.resolve("store"));
        for (String content : ManifestArbitraries.contents()) {
            store.objects().put(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @AfterContainer
    static void close() throws IOException {
        store.close();
        DurableFiles.deleteTree(directory);
    }

    @Provide
    Arbitrary<Manifest> manifests() {
        return ManifestArbitraries.manifests();
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE)
    void aDirectoryBecomesAnyTreeAndAnyOther(@ForAll("manifests") Manifest one, @ForAll("manifests") Manifest two)
            throws IOException {
        Path world = Files.createDirectory(directory.resolve("world-" + tries++));
        Path root = Files.createDirectory(world.resolve("app"));
        Target target = new DirectoryTarget(root, ManagedPaths.ALL, store);
        try (Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("r1");
            for (Manifest wanted : new Manifest[] {one, two, one}) {
                target.apply("app-1", wanted, "r1", journal);

                assertThat(target.capture().withoutOwners()).isEqualTo(wanted);
            }
            Manifest sum = Replay.apply(Manifest.EMPTY, JournalFiles.done(journal.records("r1")));
            assertThat(sum.withoutOwners()).isEqualTo(one);
        }
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE)
    void aReleaseBecomesAnyTree(@ForAll("manifests") Manifest wanted) throws IOException {
        Path world = Files.createDirectory(directory.resolve("world-" + tries++));
        Path root = Files.createDirectory(world.resolve("app"));
        Target target = new ReleasesTarget(root, ManagedPaths.ALL, store, 2);
        try (Journal journal = Journal.open(world.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("r1");
            target.apply("app-1", wanted, "r1", journal);

            assertThat(target.capture().withoutOwners()).isEqualTo(wanted);
        }
    }
}
