package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest extends StoreAndTree {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00.123456789Z");

    @Test
    void anIndexThatCannotBeWrittenKeepsNobodyFromCapturing() throws IOException {
        tree.file("a", "content");
        Path indexes = store.directory().resolve("index");
        Files.delete(indexes);
        Files.writeString(indexes, "no directory");

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(store.load(manifest.id())).isEqualTo(manifest);
        assertThat(store.scan(tree.root(), ManagedPaths.ALL).manifest()).isEqualTo(manifest);
    }

    @Test
    void capturesEverythingThatIsKept() throws IOException {
        tree.file("bin/run.sh", "#!/bin/sh\n", "rwxr-x--x")
                .modified("bin/run.sh", LONG_AGO)
                .link("bin/latest", "run.sh")
                .link("dangling", "/nowhere/at all")
                .directory("empty")
                .file("häß lich\n.txt", "")
                .file("logs/app.log", "not ours");

        Manifest manifest = store.capture(tree.root(), new ManagedPaths(List.of("logs/**"), List.of()));

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/latest", "bin/run.sh", "dangling", "empty", "häß lich\n.txt");
        FileEntry script = (FileEntry) manifest.find("bin/run.sh").orElseThrow();
        assertThat(script.mode()).hasToString("0751");
        assertThat(script.modified()).isEqualTo(LONG_AGO);
        assertThat(script.size()).isEqualTo(10);
        assertThat(script.owner().user()).isEqualTo(Files.getOwner(tree.root()).getName());
        assertThat(contentOf(script)).isEqualTo("#!/bin/sh\n");
        assertThat(manifest.find("dangling")).contains(new SymlinkEntry("dangling", "/nowhere/at all"));
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
    }

    @Test
    void storesEqualContentOnceAndBothWays() throws IOException {
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        Files.write(tree.root().resolve("noise"), noise);
        tree.file("text", "abc ".repeat(50_000)).file("copy", "abc ".repeat(50_000));

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(manifest.files().stream().map(FileEntry::content).distinct()).hasSize(2);
        assertThat(objectFiles()).hasSize(1);
        assertThat(contentOf((FileEntry) manifest.find("text").orElseThrow())).isEqualTo("abc ".repeat(50_000));
        assertThat(Files.size(objectFiles().get(0))).isBetween(200_000L, 205_000L);
        assertThat(store.verify()).isEqualTo(new ScrubReport(3, List.of(), List.of()));
    }

    /** In a compressed frame there are bits that mean nothing; any other flipped one is found, and none goes through. */
    @Test
    void noFlippedByteOfABundleYieldsOtherContent() throws IOException {
        byte[] content = "some content, compressible ".repeat(9).getBytes(StandardCharsets.UTF_8);
        ContentId id = store.objects().put(content).id();
        Path bundle = objectFiles().get(0);
        byte[] whole = Files.readAllBytes(bundle);
        int found = 0;
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x10;
            Files.write(bundle, flipped);
            Path copy = directory.resolve("copy");

            try (SnapshotStore fresh = SnapshotStore.open(store.directory())) {
                fresh.objects().copyTo(id, copy);
                assertThat(copy).as("byte %d", i).hasBinaryContent(content);
                Files.delete(copy);
            } catch (CorruptStateException e) {
                found++;
                assertThat(e).as("byte %d", i).hasMessageContaining(bundle.toString());
                assertThat(copy).doesNotExist();
            }
        }
        assertThat(found).isGreaterThan(whole.length - 5);
        assertThat(store.verify().isClean()).isFalse();
    }

    @Test
    void everyCutOffBundleIsFoundAndAMissingObjectIsNamed() throws IOException {
        ContentId id = store.objects()
                .put("some content, compressible ".repeat(9).getBytes(StandardCharsets.UTF_8))
                .id();
        Path bundle = objectFiles().get(0);
        byte[] whole = Files.readAllBytes(bundle);
        for (int length = 0; length < whole.length; length++) {
            Files.write(bundle, Arrays.copyOf(whole, length));

            try (SnapshotStore fresh = SnapshotStore.open(store.directory())) {
                assertThatThrownBy(() -> fresh.objects().verify(id))
                        .as("length %d", length)
                        .isInstanceOf(CorruptStateException.class);
            }
        }
        Files.delete(bundle);
        try (SnapshotStore fresh = SnapshotStore.open(store.directory())) {
            assertThatThrownBy(() -> fresh.objects().verify(id))
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining("missing")
                    .hasMessageContaining(id.hex());
        }
    }

    @Test
    void readsWhatTheFirstVersionWrote() throws Exception {
        Path old = directory.resolve("old");
        Path data = Path.of(SnapshotStoreTest.class.getResource("v1/objects").toURI());
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = old.resolve("objects").resolve(data.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        ContentId id = new ContentId("9ffa7980a0a1427c6722b05ef86fad7c1529903f348f47fbef34b3ab6e827a42");

        try (SnapshotStore store = SnapshotStore.open(old)) {
            Manifest manifest = store.load(id);

            assertThat(manifest.id()).isEqualTo(id);
            assertThat(manifest.contentRoot().hex())
                    .isEqualTo("16b6fe4f5e073174f7265ef062620b7256bac2969f04bfde7888f584ec5f1473");
            assertThat(manifest.fullRoot().hex())
                    .isEqualTo("742e0efb24cd8d0b96311fc2628748368b5fccab7545ed9c5c9d01d3915f9b11");
            Path copy = directory.resolve("server.xml");
            store.objects().copyTo(idOf(manifest, "conf/server.xml"), copy);
            assertThat(copy).hasContent("<server port=\"8080\"/>\n".repeat(40));
            // The manifest was captured with owners too.
            assertThat(store.verify()).isEqualTo(new ScrubReport(4, List.of(), List.of()));
        }
    }

    @Test
    void keepsALargeFileInChunksOfWhichAnInsertionMovesFew() throws IOException {
        byte[] large = new byte[12_000_000];
        new Random(5).nextBytes(large);
        Files.write(tree.root().resolve("large"), large);
        store.capture(tree.root(), ManagedPaths.ALL);
        long before = storedBytes();
        byte[] changed = new byte[large.length + 3];
        System.arraycopy(large, 0, changed, 0, 6_000_000);
        System.arraycopy(large, 6_000_000, changed, 6_000_003, 6_000_000);
        Files.write(tree.root().resolve("large"), changed);

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(manifest.files().get(0).content()).isEqualTo(ContentId.of(changed));
        assertThat(storedBytes() - before).isBetween(3L, 2_100_000L);
        Path copy = directory.resolve("copy");
        store.objects().copyTo(ContentId.of(changed), copy);
        assertThat(copy).hasBinaryContent(changed);
        store.objects().verify(ContentId.of(large));
        assertThat(store.verify().isClean()).isTrue();
    }

    @Test
    void aSourceThatFailsLeavesNoObject() throws IOException {
        InputStream failing = new FilterInputStream(new ByteArrayInputStream(new byte[300_000])) {
            private int left = 200_000;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the source broke");
                }
                int count = super.read(buffer, offset, Math.min(length, left));
                left -= count;
                return count;
            }
        };

        assertThatThrownBy(() -> store.objects().put(failing)).hasMessage("the source broke");

        assertThat(objectFiles()).isEmpty();
    }

    @Test
    void scanningStoresNothing() throws IOException {
        tree.file("a", "first").file("logs/x", "y").directory("empty");

        ScannedTree scanned = store.scan(tree.root(), new ManagedPaths(List.of(), List.of("*x")));

        assertThat(objectFiles()).isEmpty();
        assertThat(scanned.incidental()).containsExactly("logs");
        assertThat(scanned.comparableTo(Manifest.EMPTY).entries())
                .extracting(ManifestEntry::path)
                .containsExactly("a", "empty");
        assertThat(scanned.comparableTo(scanned.manifest())).isEqualTo(scanned.manifest());
    }

    @Test
    void removesWhatAKilledProcessLeftButNotWhatALiveOneHas() throws Exception {
        Path mine = store.newStagingPath();
        Files.writeString(mine, "in use");
        Process child = ChildJvm.start(
                KilledWhileStaging.class, List.of(store.directory().toString()));
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(137);
        assertThat(leftovers()).contains("left behind");

        try (SnapshotStore again = SnapshotStore.open(store.directory())) {
            assertThat(leftovers()).doesNotContain("left behind");
            assertThat(mine).hasContent("in use");
            assertThat(again.freeBytes()).isPositive();
        }
    }

    @Test
    void onlyItsOwnerMayLookIntoIt() throws IOException {
        assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
        assertThat(FileStat.of(store.directory()).mode()).hasToString("0700");
    }

    /** Dies with something in its staging area. */
    static final class KilledWhileStaging {
        public static void main(String[] args) throws IOException {
            SnapshotStore store = SnapshotStore.open(Path.of(args[0]));
            Files.writeString(store.newStagingPath(), "left behind");
            ChildJvm.killItself();
        }
    }

    private String contentOf(FileEntry file) throws IOException {
        try (InputStream content = store.objects().open(file.content())) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ContentId idOf(Manifest manifest, String path) {
        return ((FileEntry) manifest.find(path).orElseThrow()).content();
    }

    private List<Path> objectFiles() throws IOException {
        return StoreDamage.bundlesOf(store.directory());
    }

    private long storedBytes() throws IOException {
        long bytes = 0;
        for (Path file : objectFiles()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("store/staging"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
