package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00.123456789Z");

    @TempDir
    Path directory;

    private SnapshotStore store;
    private TestTree tree;

    @BeforeEach
    void open() throws IOException {
        store = SnapshotStore.open(directory.resolve("store"));
        tree = TestTree.in(directory.resolve("app"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
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
        assertThat(objectFiles()).hasSize(3);
        assertThat(contentOf((FileEntry) manifest.find("text").orElseThrow())).isEqualTo("abc ".repeat(50_000));
        assertThat(store.objects().storedSize(idOf(manifest, "text"))).isLessThan(10_000);
        assertThat(store.objects().storedSize(idOf(manifest, "noise"))).isEqualTo(200_001);
        assertThat(store.verify()).isEqualTo(new ScrubReport(3, List.of()));
    }

    @Test
    void everyFlippedByteOfAnObjectIsFound() throws IOException {
        ContentId id = store.objects()
                .put("some content, compressible ".repeat(9).getBytes(StandardCharsets.UTF_8))
                .id();
        Path object = objectFiles().get(0);
        byte[] whole = Files.readAllBytes(object);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x10;
            Files.write(object, flipped);
            Path copy = directory.resolve("copy");

            assertThatThrownBy(() -> store.objects().copyTo(id, copy))
                    .as("byte %d", i)
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining(object.toString());
            assertThat(copy).doesNotExist();
        }
        assertThat(store.verify().corrupt())
                .extracting(ScrubReport.CorruptObject::id)
                .containsExactly(id);
    }

    @Test
    void everyCutOffObjectIsFoundAndAMissingOneIsNamed() throws IOException {
        ContentId id = store.objects()
                .put("some content, compressible ".repeat(9).getBytes(StandardCharsets.UTF_8))
                .id();
        Path object = objectFiles().get(0);
        byte[] whole = Files.readAllBytes(object);
        for (int length = 0; length < whole.length; length++) {
            Files.write(object, Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> store.objects().verify(id))
                    .as("length %d", length)
                    .isInstanceOf(CorruptStateException.class);
        }
        Files.delete(object);
        assertThatThrownBy(() -> store.objects().verify(id))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("missing");
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
    void doesNotReadUnchangedFilesAgain() throws Exception {
        tree.file("a", "first").modified("a", LONG_AGO);
        ContentId first = idOf(store.capture(tree.root(), ManagedPaths.ALL), "a");
        awaitOlderThanIndexGranularity();
        store.capture(tree.root(), ManagedPaths.ALL);
        // Only who reads the file can notice that the index remembers another content for this stat.
        ContentId other =
                store.objects().put("other".getBytes(StandardCharsets.UTF_8)).id();
        Path index = onlyFileIn(directory.resolve("store/index"));
        StatIndex forged = new StatIndex();
        forged.remember(
                "a",
                FileStat.of(tree.root().resolve("a")),
                other,
                FileTime.from(Instant.now().plusSeconds(60)));
        forged.save(index, directory.resolve("forged"));

        assertThat(idOf(store.capture(tree.root(), ManagedPaths.ALL), "a")).isEqualTo(other);

        Files.write(index, new byte[] {1, 2, 3});
        assertThat(idOf(store.capture(tree.root(), ManagedPaths.ALL), "a")).isEqualTo(first);
    }

    @Test
    void noticesAChangeThatLeavesSizeAndTimeAsTheyWere() throws IOException {
        for (int round = 0; round < 20; round++) {
            String content = "content %02d".formatted(round);
            tree.file("a", content).modified("a", LONG_AGO);

            FileEntry captured = (FileEntry)
                    store.capture(tree.root(), ManagedPaths.ALL).find("a").orElseThrow();

            assertThat(contentOf(captured)).isEqualTo(content);
        }
    }

    @Test
    void readsAFileAgainWhoseObjectIsGone() throws Exception {
        tree.file("a", "first").modified("a", LONG_AGO);
        awaitOlderThanIndexGranularity();
        store.capture(tree.root(), ManagedPaths.ALL);
        for (Path object : objectFiles()) {
            Files.delete(object);
        }

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(contentOf((FileEntry) manifest.find("a").orElseThrow())).isEqualTo("first");
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
    void refusesWhatCannotBeKept() throws Exception {
        Path pipe = tree.root().resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> store.capture(tree.root(), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(pipe.toString())
                .hasMessageContaining("exclude");
        assertThat(store.capture(tree.root(), new ManagedPaths(List.of(), List.of("pipe")))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void refusesNamesThatAreNotUtf8() throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'caf\\351')\"")
                .directory(tree.root().toFile())
                .start();
        assertThat(shell.waitFor()).isZero();

        assertThatThrownBy(() -> store.capture(tree.root(), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cannot be represented");
    }

    @Test
    void refusesARootThatIsNotThere() {
        assertThatThrownBy(() -> store.capture(directory.resolve("nothing"), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void refusesAFileThatNeverRests() throws IOException {
        tree.file("busy", "x");
        Path busy = tree.root().resolve("busy");
        TreeScanner.ContentReader reader = content -> {
            Files.writeString(busy, Files.readString(busy) + "x");
            return ContentId.of(content.readAllBytes());
        };

        assertThatThrownBy(() -> new TreeScanner(tree.root(), ManagedPaths.ALL, reader, new Forgetful()).scan())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("changes while it is read");
    }

    @Test
    void readsAgainAFileThatChangedOnce() throws IOException {
        tree.file("busy", "x");
        Path busy = tree.root().resolve("busy");
        boolean[] changed = {false};
        TreeScanner.ContentReader reader = content -> {
            ContentId id = ContentId.of(content.readAllBytes());
            if (!changed[0]) {
                changed[0] = true;
                Files.writeString(busy, "longer");
            }
            return id;
        };

        ScannedTree scanned = new TreeScanner(tree.root(), ManagedPaths.ALL, reader, new Forgetful()).scan();

        assertThat(idOf(scanned.manifest(), "busy")).isEqualTo(ContentId.of("longer".getBytes(StandardCharsets.UTF_8)));
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

    private static final class Forgetful implements TreeScanner.Memory {
        @Override
        public Optional<ContentId> recall(String path, FileStat stat) {
            return Optional.empty();
        }

        @Override
        public void remember(String path, FileStat stat, ContentId content) {}
    }

    /** Waits on the filesystem's own clock until a file written before is surely older than a new scan. */
    private void awaitOlderThanIndexGranularity() {
        Instant written = Instant.now();
        Awaitility.await().until(() -> Instant.now().isAfter(written.plusMillis(1100)));
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
        try (Stream<Path> files = Files.walk(directory.resolve("store/objects"))) {
            return files.filter(Files::isRegularFile).toList();
        }
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

    private static Path onlyFileIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().get(0);
        }
    }
}
