package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HousekeepingTest extends StoreAndTree {
    @Test
    void pruningKeepsAllThatIsNeededAndNothingElse() throws IOException {
        Manifest first = capture("first", 1_500_000);
        Manifest second = capture("second", 1_600_000);
        long before = store.usedBytes();

        PruneReport report = store.prune(() -> List.of(second.id()));

        assertThat(report.bytesBefore()).isEqualTo(before);
        assertThat(report.bytesAfter()).isEqualTo(store.usedBytes()).isLessThan(before - 1_000_000);
        assertThat(report.removedObjects()).isPositive();
        assertThat(store.load(second.id())).isEqualTo(second);
        verifyAll(second);
        assertThat(store.verify().isClean()).isTrue();
        assertThatThrownBy(() -> store.load(first.id()))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void whatWasPrunedIsStoredAgainWhenItIsCapturedAgain() throws IOException {
        Manifest only = capture("first", 100);

        store.prune(() -> List.of());
        assertThat(store.usedBytes()).isZero();
        Manifest again = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(again).isEqualTo(only);
        verifyAll(again);
    }

    @Test
    void manySmallBundlesBecomeOne() throws IOException {
        List<ContentId> kept = new ArrayList<>();
        Manifest last = null;
        for (int i = 0; i < 9; i++) {
            last = capture("release " + i, 50);
            kept.add(last.id());
        }
        assertThat(StoreDamage.bundlesOf(store.directory())).hasSize(9);

        PruneReport report = store.prune(() -> kept);

        assertThat(report.removedObjects()).isZero();
        assertThat(StoreDamage.bundlesOf(store.directory())).hasSize(1);
        for (ContentId id : kept) {
            verifyAll(store.load(id));
        }
        verifyAll(last);
    }

    @Test
    void givesWayToWhoeverWaitsForTheStore() throws Exception {
        List<ContentId> kept = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            kept.add(capture("release " + i, 50).id());
        }
        CompletableFuture<SnapshotStore> rollback = new CompletableFuture<>();

        store.prune(() -> {
            rollback.completeAsync(() -> {
                try {
                    return SnapshotStore.open(store.directory());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Awaitility.await().until(() -> locks() == 2);
            return kept;
        });

        rollback.get(10, TimeUnit.SECONDS).close();
        assertThat(StoreDamage.bundlesOf(store.directory()))
                .as("left for later")
                .hasSize(9);
        store.prune(() -> kept);
        assertThat(StoreDamage.bundlesOf(store.directory())).hasSize(1);
    }

    /** Who uses the store, and who waits for that. */
    private long locks() throws IOException {
        return filesBelow(store.directory().resolve("staging")).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".lock") && !name.startsWith("."))
                .count();
    }

    @Test
    void takesOverWhatTheFirstVersionWrote() throws Exception {
        store.close();
        Path data = Path.of(HousekeepingTest.class.getResource("v1/objects").toURI());
        copyTree(data, store.directory().resolve("objects"));
        store = SnapshotStore.open(store.directory());
        ContentId id = new ContentId("9ffa7980a0a1427c6722b05ef86fad7c1529903f348f47fbef34b3ab6e827a42");
        Manifest manifest = store.load(id);

        // The other manifest, of the same files with their owners, is not needed.
        assertThat(store.prune(() -> List.of(id)).removedObjects()).isEqualTo(1);

        assertThat(filesBelow(store.directory().resolve("objects"))).isEmpty();
        assertThat(store.load(id)).isEqualTo(manifest);
        verifyAll(manifest);
    }

    /** The moment at which both are there is the one in which a killed process leaves the store. */
    @Test
    void killedBetweenTheNewBundleAndTheOldNothingIsLost() throws IOException {
        capture("first", 1_500_000);
        Manifest second = capture("second", 1_600_000);
        try (Rewriting rewriting = new Rewriting(store.objects())) {
            for (Bundle bundle : store.objects().bundles().all()) {
                assertThat(rewriting.takeOver(bundle, id -> true)).isTrue();
            }
            rewriting.commit();
        }
        assertThat(StoreDamage.bundlesOf(store.directory())).hasSize(3);

        assertThat(store.verify().isClean()).isTrue();
        verifyAll(second);
        store.prune(() -> List.of(second.id()));
        verifyAll(second);
        assertThat(store.verify().isClean()).isTrue();
    }

    @Test
    void isRefusedWhileAnotherProcessUsesTheStore() throws Exception {
        capture("first", 10);
        Path ready = directory.resolve("ready");
        Process user =
                ChildJvm.start(UsesTheStore.class, List.of(store.directory().toString(), ready.toString()));
        try {
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(ready));

            assertThatThrownBy(() -> store.prune(() -> List.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("process " + user.pid());
        } finally {
            user.destroyForcibly().waitFor();
        }
        // It died without a word; its area is nobody's.
        assertThat(store.prune(() -> List.of()).bytesAfter()).isZero();
    }

    /** Opens a store and stays. */
    static final class UsesTheStore {
        public static void main(String[] args) throws Exception {
            try (SnapshotStore store = SnapshotStore.open(Path.of(args[0]))) {
                Files.createFile(Path.of(args[1]));
                new CompletableFuture<Void>().get();
            }
        }
    }

    @Test
    void aDamagedObjectThatIsNeededStopsThePruning() throws IOException {
        Manifest first = capture("first", 3_000);
        capture("second", 3_000);
        StoreDamage.corrupt(store.directory(), first.files().get(0).content());
        reopen();

        assertThatThrownBy(() -> store.prune(() -> List.of(first.id()))).isInstanceOf(CorruptStateException.class);
    }

    @Test
    void repairingTakesOverWhatIsWholeAndMakesRoomForTheRest() throws IOException {
        Manifest manifest = capture("first", 3_000_000);
        FileEntry large = (FileEntry) manifest.find("large").orElseThrow();
        Path bundle = StoreDamage.corrupt(store.directory(), large.content());
        reopen();
        assertThat(store.verify().isClean()).isFalse();

        List<Path> moved = store.repair();

        assertThat(moved).containsExactly(bundle);
        assertThat(store.directory().resolve("damaged").resolve(bundle.getFileName()))
                .exists();
        assertThat(store.verify().isClean()).isTrue();
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
        store.objects().verify(((FileEntry) manifest.find("small").orElseThrow()).content());
        assertThat(store.objects().contains(large.content())).isFalse();

        store.capture(tree.root(), ManagedPaths.ALL);
        verifyAll(manifest);
        assertThat(store.repair()).isEmpty();
    }

    @Test
    void repairingMovesABundleAwayThatIsNoneAnyMore() throws IOException {
        Manifest manifest = capture("first", 10);
        Path bundle = StoreDamage.bundlesOf(store.directory()).get(0);
        Files.writeString(bundle, "overwritten");
        reopen();

        assertThat(store.verify().damaged())
                .extracting(ScrubReport.DamagedFile::file)
                .containsExactly(bundle);
        assertThat(store.repair()).containsExactly(bundle);

        store.capture(tree.root(), ManagedPaths.ALL);
        verifyAll(manifest);
    }

    private Manifest capture(String text, int noise) throws IOException {
        byte[] large = new byte[noise];
        new Random(noise).nextBytes(large);
        Files.write(tree.root().resolve("large"), large);
        tree.file("small", text).file("always", "the same");
        return store.capture(tree.root(), ManagedPaths.ALL);
    }

    private void reopen() throws IOException {
        store.close();
        store = SnapshotStore.open(store.directory());
    }

    private void verifyAll(Manifest manifest) throws IOException {
        for (FileEntry file : manifest.files()) {
            store.objects().verify(file.content());
        }
    }

    private static List<Path> filesBelow(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        for (Path file : filesBelow(from)) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }
}
