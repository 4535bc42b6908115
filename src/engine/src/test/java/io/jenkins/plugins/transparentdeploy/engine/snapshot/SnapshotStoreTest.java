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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
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

    /** Of names that begin alike, a directory's content may come behind its neighbours, for some characters are before a slash. */
    @Test
    void whatIsInADirectoryComesInItsPlace() throws IOException {
        List<String> paths = List.of(
                "a", "a b", "a b/c", "a b/c-d", "a b/c-d/x", "a b/c/x", "a-b", "a-b-c", "a-b-c/x", "a-b/x", "a.txt", "a/b", "a0",
                "a0/b", "ä", "ä/x");
        for (String path : paths) {
            if (path.endsWith("x") || path.equals("a/b") || path.equals("a0/b")) {
                tree.file(path, path);
            }
        }
        tree.file("a.txt", "");

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(manifest.entries()).extracting(ManifestEntry::path).containsExactlyElementsOf(paths);
        assertThat(Manifest.of(manifest.entries())).isEqualTo(manifest);
        assertThat(paths).allSatisfy(path -> assertThat(manifest.find(path)).isPresent());
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
    void doesNotReadUnchangedFilesAgain() throws Exception {
        tree.file("a", "first").modified("a", LONG_AGO);
        ContentId first = idOf(store.capture(tree.root(), ManagedPaths.ALL), "a");
        awaitOlderThanIndexGranularity();
        store.capture(tree.root(), ManagedPaths.ALL);
        // Only who reads the file can notice that the index remembers another content for this stat.
        ContentId other =
                store.objects().put("other".getBytes(StandardCharsets.UTF_8)).id();
        Path index = onlyFileIn(directory.resolve("store/index"));
        StatIndex empty = StatIndex.load(directory.resolve("nothing"));
        StatIndexWriter forged = new StatIndexWriter(empty);
        StatIndex.NewDirectory files =
                new StatIndex.NewDirectory(FileTime.from(Instant.now().plusSeconds(60)));
        FileStat stat = FileStat.of(tree.root().resolve("a"));
        files.remember(new byte[] {'a'}, stat, stat.owner(tree.root().resolve("a")), other);
        forged.add("", files, empty.directory(""));
        forged.save(index, directory.resolve("forged"), Manifest.EMPTY, Optional.empty());
        // A tree that is unchanged all over has the manifest that is remembered.
        assertThat(store.scan(tree.root(), ManagedPaths.ALL).manifest().id()).isEqualTo(Manifest.EMPTY.id());
        tree.file("b", "young");

        assertThat(idOf(store.capture(tree.root(), ManagedPaths.ALL), "a")).isEqualTo(other);

        Files.write(index, new byte[] {1, 2, 3});
        assertThat(idOf(store.capture(tree.root(), ManagedPaths.ALL), "a")).isEqualTo(first);
    }

    @Test
    void theIndexIsWrittenAgainOnlyWhenSomethingChanged() throws Exception {
        tree.file("a", "first").file("b/c", "second").modified("a", LONG_AGO).modified("b/c", LONG_AGO);
        awaitOlderThanIndexGranularity();
        store.capture(tree.root(), ManagedPaths.ALL);
        Path index = onlyFileIn(directory.resolve("store/index"));
        long inode = FileStat.of(index).inode();

        store.capture(tree.root(), ManagedPaths.ALL);
        store.scan(tree.root(), ManagedPaths.ALL);
        assertThat(FileStat.of(index).inode()).isEqualTo(inode);

        tree.delete("b");
        store.capture(tree.root(), ManagedPaths.ALL);
        assertThat(FileStat.of(index).inode()).isNotEqualTo(inode);
        StatIndex written = StatIndex.load(index);
        assertThat(written.size()).isEqualTo(1);
        assertThat(written.directory("").number()).isZero();
        assertThat(written.directory("b").number()).isNegative();
    }

    /** A scan remembers contents that it did not store; a capture after it must not take them for stored. */
    @Test
    void aCaptureAfterAScanStoresWhatTheScanOnlyHashed() throws Exception {
        tree.file("a", "first").modified("a", LONG_AGO);
        awaitOlderThanIndexGranularity();
        store.capture(tree.root(), ManagedPaths.ALL);
        tree.file("b", "second").modified("b", LONG_AGO);
        awaitOlderThanIndexGranularity();
        store.scan(tree.root(), ManagedPaths.ALL);

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(contentOf((FileEntry) manifest.find("b").orElseThrow())).isEqualTo("second");
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

        try (SnapshotStore fresh = SnapshotStore.open(store.directory())) {
            Manifest manifest = fresh.capture(tree.root(), ManagedPaths.ALL);
            fresh.objects().verify(idOf(manifest, "a"));
        }
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
        public TreeScanner.DirectoryMemory enter(String path) {
            return new TreeScanner.DirectoryMemory() {
                @Override
                public Optional<ContentId> recall(byte[] name, FileStat stat) {
                    return Optional.empty();
                }

                @Override
                public void remember(byte[] name, FileStat stat, Owner owner, ContentId content) {}

                @Override
                public void remember(byte[] name, FileStat stat, Owner owner) {}

                @Override
                public void leave() {}
            };
        }
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

    private static Path onlyFileIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().get(0);
        }
    }

    /** What is not seen by looking at files: links, directories and modes. */
    @Test
    void whateverChangesTheManifestIsTheOneOfWhatIsThere() throws Exception {
        tree.file("d/a", "first").link("l", "d/a").directory("e").file("f", "x", "rw-r--r--");
        awaitOlderThanIndexGranularity();
        List<ContentId> ids = new ArrayList<>();
        List<TreeChange> changes = List.of(
                () -> {},
                () -> {},
                () -> tree.link("l2", "d/a"),
                () -> tree.delete("l").link("l", "e"),
                () -> tree.directory("e/new"),
                () -> tree.file("f", "x", "rwxr-xr-x"),
                () -> tree.delete("e"),
                () -> Files.setPosixFilePermissions(
                        tree.root().resolve("d"), PosixFilePermissions.fromString("rwx------")));
        for (TreeChange change : changes) {
            change.make();
            for (int again = 0; again < 2; again++) {
                Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);
                Manifest computed = Manifest.of(manifest.entries());
                assertThat(manifest.id()).isEqualTo(computed.id());
                assertThat(manifest.contentRoot()).isEqualTo(computed.contentRoot());
                assertThat(store.load(manifest.id())).isEqualTo(manifest);
                ids.add(manifest.id());
                awaitOlderThanIndexGranularity();
            }
        }
        assertThat(ids.stream().distinct()).hasSize(changes.size() - 1);
    }

    private interface TreeChange {
        void make() throws IOException;
    }
}
