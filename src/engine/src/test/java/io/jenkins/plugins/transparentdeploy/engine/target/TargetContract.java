package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.StoreDamage;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every target does. Its files are on a filesystem that the test sees, too. An implementation's test extends this and says how it is made. */
public abstract class TargetContract {
    protected static final ManagedPaths MANAGED = new ManagedPaths(List.of("logs/**"), List.of("work/**", "*.pid"));
    protected static final String INSTANCE = "app-1";
    private static final Instant LONG_AGO = Instant.parse("2020-02-02T02:02:02.123456789Z");

    @TempDir
    protected Path directory;

    protected SnapshotStore store;
    protected Path root;
    protected Target target;
    protected Journal journal;
    private Manifest one;
    private Manifest two;

    /** The target under test. */
    protected abstract Target open(Path root, ManagedPaths managed, SnapshotStore store);

    /** Where the live files are once something was applied. */
    protected abstract Path live();

    @BeforeEach
    void prepare() throws IOException {
        store = SnapshotStore.open(directory.resolve("state/store"));
        root = Files.createDirectory(directory.resolve("app"));
        target = open(root, MANAGED, store);
        journal = Journal.open(directory.resolve("state/journal"), Clock.systemUTC(), JournalObserver.NONE);
        journal.startSegment("r1");
        one = buildOne();
        two = buildTwo();
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        store.close();
    }

    @Test
    void hasNothingBeforeTheFirstRelease() throws IOException {
        target.check();

        assertThat(target.capture().isEmpty()).isTrue();
        assertThat(target.drift(Manifest.EMPTY)).isEmpty();
        assertThat(target.root()).isEqualTo(root);
        assertThat(target.kind()).isNotBlank();
    }

    @Test
    void makesAnyStateLiveAndGoesBackToIt() throws IOException {
        Manifest one = one();
        Manifest two = two();

        assertThat(target.apply(INSTANCE, one, "r1", journal).isEmpty()).isFalse();
        assertThat(Files.readString(live().resolve("bin/run.sh"))).isEqualTo("run one");
        assertThat(Files.getLastModifiedTime(live().resolve("bin/run.sh")).toInstant())
                .isEqualTo(LONG_AGO.truncatedTo(exactness()));
        Manifest captured = target.capture();
        assertThat(captured.contentRoot()).isEqualTo(target.managedPart(one).contentRoot());
        assertThat(captured.withoutOwners().fullRoot())
                .isEqualTo(attainable(one).fullRoot());

        target.apply(INSTANCE, two, "r1", journal);
        assertThat(target.capture().withoutOwners().fullRoot())
                .isEqualTo(attainable(two).fullRoot());

        target.apply(INSTANCE, captured, "r1", journal);
        assertThat(target.capture().fullRoot()).isEqualTo(captured.fullRoot());

        target.apply(INSTANCE, Manifest.EMPTY, "r1", journal);
        assertThat(target.capture().isEmpty()).isTrue();
    }

    @Test
    void applyingWhatIsLiveDoesNothing() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        long records = journal.head().seq();

        Delta delta = target.apply(INSTANCE, one(), "r1", journal);

        assertThat(delta.isEmpty()).isTrue();
        assertThat(journal.head().seq()).isEqualTo(records);
    }

    @Test
    void planningChangesNothing() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Manifest before = target.capture();
        long records = journal.head().seq();

        Delta delta = target.plan(two());

        assertThat(delta.created()).isNotEmpty();
        assertThat(delta.deleted()).isNotEmpty();
        assertThat(delta.bytesToWrite()).isPositive();
        assertThat(target.capture()).isEqualTo(before);
        assertThat(journal.head().seq()).isEqualTo(records);
        assertThat(target.apply(INSTANCE, two(), "r1", journal)).isEqualTo(delta);
    }

    @Test
    void everyIntentIsDone() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        target.apply(INSTANCE, two(), "r1", journal);

        assertThat(journal.unfinished("r1")).isEmpty();
        assertThat(JournalFiles.done(journal.records("r1"))).isNotEmpty();
    }

    @Test
    void leavesAloneWhatIsNotManaged() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Path log = live().resolve("logs/app.log");
        Files.writeString(log, "precious");
        Object inode = Files.getAttribute(log, "unix:ino");

        target.apply(INSTANCE, two(), "r1", journal);
        target.apply(INSTANCE, one(), "r1", journal);

        assertThat(live().resolve("logs/app.log")).hasContent("precious");
        assertThat(Files.getAttribute(live().resolve("logs/app.log"), "unix:ino"))
                .isEqualTo(inode);
        assertThat(target.capture().find("logs")).isEmpty();
    }

    @Test
    void makesTheApplicationsOwnDirectories() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);

        assertThat(live().resolve("logs")).isDirectory();
        assertThat(live().resolve("work")).isDirectory();
        assertThat(target.drift(one())).isEmpty();
    }

    @Test
    void aCorruptObjectLeavesEverythingAsItWas() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Manifest before = target.capture();
        Manifest two = two();
        FileEntry damaged = (FileEntry) two.find("bin/run.sh").orElseThrow();
        Path bundle = StoreDamage.corrupt(store.directory(), damaged.content());

        assertThatThrownBy(() -> target.apply(INSTANCE, two, "r1", journal))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(bundle.toString());

        assertThat(target.capture()).isEqualTo(before);
        assertThat(journal.unfinished("r1")).isEmpty();
    }

    @Test
    void aMissingObjectLeavesEverythingAsItWas() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Manifest before = target.capture();
        Manifest two = two();
        FileEntry missing = (FileEntry) two.find("bin/run.sh").orElseThrow();
        Files.delete(StoreDamage.bundleOf(store.directory(), missing.content()));
        store.close();
        store = SnapshotStore.open(directory.resolve("state/store"));
        target = open(root, MANAGED, store);

        assertThatThrownBy(() -> target.apply(INSTANCE, two, "r1", journal))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("missing");

        assertThat(target.capture()).isEqualTo(before);
    }

    @Test
    void seesDriftFromOneStateAndFromTwo() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        assertThat(target.drift(one())).isEmpty();
        assertThat(target.drift(two())).isNotEmpty();
        assertThat(target.drift(two(), one())).isEmpty();

        Files.writeString(live().resolve("bin/run.sh"), "meddled with");
        Files.writeString(live().resolve("foreign"), "x");
        Files.delete(live().resolve("conf/app.conf"));
        Files.writeString(live().resolve("logs/app.log"), "ours");
        Files.writeString(live().resolve("app.pid"), "1");

        List<Drift> drift = target.drift(one(), two());
        assertThat(drift).extracting(Drift::path).containsExactly("bin/run.sh", "conf/app.conf", "foreign");
        assertThat(drift.get(1).found()).isEqualTo("nothing");
        assertThat(drift.get(2).expected()).isEqualTo("nothing");
        assertThat(drift.get(2).found()).startsWith("file of 1 bytes");
    }

    @Test
    void refusesATargetThatIsMissingOrNoDirectoryOrALink() throws IOException {
        Path missing = directory.resolve("missing");
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path link = Files.createSymbolicLink(directory.resolve("link"), root);

        assertRefused(missing, "does not exist");
        assertRefused(file, "is not a directory");
        assertRefused(link, root.toRealPath().toString());
    }

    @Test
    protected void refusesATargetThatIsAMountPointOrCannotBeStagedForOrIsReadOnly() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 256)) {
            Path inside = Files.createDirectory(disk.directory().resolve("app"));

            assertRefused(disk.directory(), "is a mount point");
            refusesAnotherFilesystem(inside);
            disk.protect();
            assertRefused(inside, "not writable");
        }
    }

    /** What is staged in a store beside the target has to be on its filesystem. */
    protected void refusesAnotherFilesystem(Path elsewhere) {
        assertRefused(elsewhere, "another filesystem");
    }

    @Test
    void refusesMoreThanFits() {
        assertThatThrownBy(() -> target.requireSpace(Long.MAX_VALUE))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(root.toString())
                .hasMessageContaining("bytes free");
    }

    @Test
    void refusesWhatDoesNotFitOnAFullDiskAndTouchesNothing() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 2048);
                SnapshotStore there = SnapshotStore.open(disk.directory().resolve("store"))) {
            Path app = Files.createDirectory(disk.directory().resolve("app"));
            Target full = open(app, MANAGED, there);
            TestTree tree = TestTree.in(directory.resolve("build"));
            Manifest one = there.capture(tree.file("a", "a").root(), ManagedPaths.ALL);
            Manifest two = there.capture(
                    tree.file("a", "b").file("big", "0".repeat(400_000)).root(), ManagedPaths.ALL);
            full.apply(INSTANCE, one, "r1", journal);
            Manifest before = full.capture();
            disk.fill("ballast", 200_000);

            assertThatThrownBy(() -> full.apply(INSTANCE, two, "r1", journal))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("bytes free");
            assertThat(full.capture()).isEqualTo(before);

            Files.delete(disk.directory().resolve("ballast"));
            full.apply(INSTANCE, two, "r1", journal);
            assertThat(full.drift(two)).isEmpty();
        }
    }

    /** What times of files are exact to. */
    protected ChronoUnit exactness() {
        return ChronoUnit.NANOS;
    }

    /** A manifest as the target can have it. */
    protected Manifest attainable(Manifest manifest) {
        return Manifest.of(target.managedPart(manifest).entries().stream()
                .map(entry -> entry instanceof FileEntry file
                        ? new FileEntry(
                                file.path(),
                                file.mode(),
                                file.modified().truncatedTo(exactness()),
                                file.owner(),
                                file.size(),
                                file.content())
                        : entry)
                .toList());
    }

    protected void assertRefused(Path elsewhere, String part) {
        Target refused = open(elsewhere, MANAGED, store);
        assertThatThrownBy(refused::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(elsewhere.toString())
                .hasMessageContaining(part);
        assertThatThrownBy(() -> refused.apply(INSTANCE, one(), "r1", journal)).isInstanceOf(RefusedException.class);
    }

    /** A release with every kind of entry. */
    protected Manifest one() {
        return one;
    }

    /** Another, that differs from it in every way. */
    protected Manifest two() {
        return two;
    }

    private Manifest buildOne() throws IOException {
        TestTree tree = TestTree.in(directory.resolve("build-1"))
                .file("bin/run.sh", "run one", "rwxr-xr-x")
                .file("conf/app.conf", "a = 1", "rw-r-----")
                .file("same", "same in both")
                .file("becomes/a/file/x", "x")
                .file("becomes a directory", "x")
                .file("becomes a link", "x")
                .link("link", "bin/run.sh")
                .directory("empty")
                .file("gone/deep/down", "x")
                .file("only the mode", "x", "rw-r--r--")
                .file("logs/README", "an artifact's idea of logs");
        for (Path file : filesIn(tree.root())) {
            tree.modified(tree.root().relativize(file).toString(), LONG_AGO);
        }
        return imported(tree);
    }

    private Manifest buildTwo() throws IOException {
        TestTree tree = TestTree.in(directory.resolve("build-2"))
                .file("bin/run.sh", "run two, longer", "rwxr-xr-x")
                .file("conf/app.conf", "a = 1", "rw-r-----")
                .file("same", "same in both")
                .file("becomes/a", "now a file")
                .file("becomes a directory/x", "x")
                .link("becomes a link", "same")
                .link("link", "same")
                .file("empty/no longer", "x")
                .file("new/häß lich", "x")
                .file("only the mode", "x", "rwxr-xr-x");
        for (Path file : filesIn(tree.root())) {
            tree.modified(tree.root().relativize(file).toString(), LONG_AGO.plusSeconds(1));
        }
        return imported(tree);
    }

    private Manifest imported(TestTree tree) throws IOException {
        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL).withoutOwners();
        store.save(manifest);
        return manifest;
    }

    private static List<Path> filesIn(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    /** What a manifest says of a path, for assertions that read well. */
    protected static Optional<String> described(Manifest manifest, String path) {
        return manifest.find(path).map(entry -> entry.description());
    }
}
