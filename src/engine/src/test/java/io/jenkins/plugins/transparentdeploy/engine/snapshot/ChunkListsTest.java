package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large objects are lists of chunks, which may be in other bundles than their list. */
class ChunkListsTest {
    private static final int MANY = 60;

    @TempDir
    Path directory;

    private final byte[] noise = new byte[1_500_000];
    private SnapshotStore store;

    @BeforeEach
    void open() throws IOException {
        new Random(5).nextBytes(noise);
        store = SnapshotStore.open(directory.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void nothingSaysThatALargeObjectIsThereWhoseChunksWerePruned() throws IOException {
        store.objects().put(noise);
        TestTree tree = TestTree.in(directory.resolve("app"));
        for (int i = 0; i < MANY; i++) {
            tree.file("small" + i, "content " + i);
        }
        byte[] longer = Arrays.copyOf(noise, noise.length + 100);
        Files.write(tree.root().resolve("large"), longer);
        store.capture(tree.root(), ManagedPaths.ALL);
        Files.delete(tree.root().resolve("large"));
        Manifest without = store.capture(tree.root(), ManagedPaths.ALL);

        store.prune(() -> List.of(without.id()));

        assertThat(store.objects().contains(ContentId.of(longer))).isFalse();
        assertThat(store.verify().isClean()).isTrue();
        Files.write(tree.root().resolve("large"), longer);
        store.capture(tree.root(), ManagedPaths.ALL);
        store.objects().verify(ContentId.of(longer));
    }

    @Test
    void aListWhoseChunksAreGoneIsNoObject() throws IOException {
        ContentId id = store.objects().put(noise).id();
        byte[] list;
        try (var content = store.objects().openChunkList(id).orElseThrow()) {
            list = content.readAllBytes();
        }
        try (ObjectBatch batch = store.objects().copyingBatch()) {
            batch.putChunkList(id, list);
            batch.commit();
        }
        Files.delete(oldest());
        reopen();

        assertThat(store.objects().contains(id)).isFalse();
        store.objects().put(noise);
        store.objects().verify(id);
    }

    @Test
    void whatIsRottenInAnOlderBundleIsTakenFromTheYoungerOne() throws IOException {
        Manifest manifest = captureTwice();
        ContentId large = ContentId.of(noise);
        StoreDamage.corruptIn(oldest(), large);
        reopen();
        assertThat(store.verify().isClean()).as("what is read is whole").isTrue();

        store.prune(() -> List.of(manifest.id()));

        store.objects().verify(large);
        assertThat(store.verify().isClean()).isTrue();
    }

    @Test
    void repairingTakesTheOlderOneWhenTheYoungerIsRotten() throws IOException {
        Manifest manifest = captureTwice();
        ContentId large = ContentId.of(noise);
        ContentId small = ContentId.of("small".getBytes(StandardCharsets.UTF_8));
        StoreDamage.corruptIn(youngest(), large);
        StoreDamage.corruptIn(youngest(), small);
        reopen();
        assertThat(store.verify().isClean()).isFalse();

        assertThat(store.repair()).isNotEmpty();

        assertThat(store.verify().isClean()).isTrue();
        store.objects().verify(large);
        store.objects().verify(small);
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
    }

    /** Some of it twice, as by two processes that capture at the same time. */
    private Manifest captureTwice() throws IOException {
        TestTree tree = TestTree.in(directory.resolve("app")).file("small", "small");
        Files.write(tree.root().resolve("large"), noise);
        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);
        try (ObjectBatch batch = store.objects().copyingBatch()) {
            batch.put(new ByteArrayInputStream(noise));
            batch.put(new ByteArrayInputStream("small".getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 3; i++) {
                batch.put(new ByteArrayInputStream(new byte[] {(byte) i}));
            }
            batch.commit();
        }
        return manifest;
    }

    private Path oldest() throws IOException {
        List<Path> bundles =
                StoreDamage.bundlesOf(store.directory()).stream().sorted().toList();
        return bundles.get(0);
    }

    private Path youngest() throws IOException {
        List<Path> bundles =
                StoreDamage.bundlesOf(store.directory()).stream().sorted().toList();
        return bundles.get(bundles.size() - 1);
    }

    private void reopen() throws IOException {
        store.close();
        store = SnapshotStore.open(directory.resolve("store"));
    }
}
