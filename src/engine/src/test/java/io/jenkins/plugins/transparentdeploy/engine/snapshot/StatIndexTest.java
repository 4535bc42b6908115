package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a second look at a tree takes from the first. */
class StatIndexTest extends StoreAndTree {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00.123456789Z");

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
        assertThat(StatIndex.load(index, "another boot".getBytes(StandardCharsets.UTF_8))
                        .size())
                .as("what a machine that lost its power knows of files that nobody synced")
                .isZero();
        FileStat a = FileStat.of(tree.root().resolve("a"));
        assertThat(written.directory("").find(new byte[] {'a'}, a)).isPresent();
        assertThat(written.directory("b").find(new byte[] {'c'}, a)).isEmpty();
    }

    /** What is remembered of one directory alone may be more than memory should hold. */
    @Test
    void aVeryLargeDirectoryIsRememberedInPieces() throws IOException {
        int names = 120_000;
        tree.file("a", "x").modified("a", LONG_AGO);
        FileStat stat = FileStat.of(tree.root().resolve("a"));
        ContentId content = ContentId.of(new byte[0]);
        Path file = directory.resolve("large-index");
        for (int round = 0; round < 2; round++) {
            StatIndex before = StatIndex.load(file);
            try (StatIndexWriter after = new StatIndexWriter(before)) {
                IndexedMemory memory = new IndexedMemory(
                        before, after, FileTime.from(Instant.now().plusSeconds(60)), id -> true);
                TreeScanner.DirectoryMemory large = memory.enter("large");
                for (int i = 0; i < names; i++) {
                    byte[] name = "file%07d".formatted(i).getBytes(StandardCharsets.UTF_8);
                    assertThat(large.recall(name, stat).isPresent()).isEqualTo(round > 0 && i % 7 == 0);
                    if (i % 7 == 0) {
                        large.remember(name, stat, Owner.UNKNOWN, content);
                    } else {
                        large.remember(name, stat, Owner.UNKNOWN);
                    }
                }
                large.leave();
                assertThat(after.isUnchanged()).isEqualTo(round > 0);
                after.save(file, directory.resolve("written"), Manifest.EMPTY, Optional.empty());
            }
            assertThat(StatIndex.load(file).size()).isGreaterThan(1);
        }
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
