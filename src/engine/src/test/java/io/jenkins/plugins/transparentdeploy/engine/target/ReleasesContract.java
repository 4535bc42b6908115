package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PopulateRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RemoveRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.SwitchLink;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every target does that keeps a directory for each release, whatever its host. */
public abstract class ReleasesContract extends TargetContract {
    /** @param keep how many releases pruning leaves */
    protected abstract PrunableTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep);

    @Override
    protected Target open(Path root, ManagedPaths managed, SnapshotStore store) {
        return open(root, managed, store, 2);
    }

    @Override
    protected Path live() {
        return root.resolve("current");
    }

    @Test
    void goingBackOnlySwitchesTheLink() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Manifest before = target.capture();
        target.apply(INSTANCE, two(), "r2", journal);
        journal.startSegment("back");

        target.apply(INSTANCE, before, "back", journal);

        assertThat(link()).isEqualTo("releases/r1");
        assertThat(JournalFiles.done(journal.records("back")))
                .containsExactly(new SwitchLink(INSTANCE, Optional.of("releases/r2"), Optional.of("releases/r1")));
        assertThat(releases()).containsExactlyInAnyOrder("r1", "r2");
    }

    @Test
    void goingBackBeforeTheFirstReleaseRemovesTheLink() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);

        target.apply(INSTANCE, Manifest.EMPTY, "r1", journal);

        assertThat(Files.exists(live(), LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(root.resolve("shared/logs")).isDirectory();
    }

    /** An administrator may have put the users' files where the application looks for them. */
    @Test
    void whatIsMountedInAnOldReleaseStaysWhenReleasesAreRemoved() throws IOException {
        PrunableTarget releases = open(root, MANAGED, store, 1);
        releases.apply(INSTANCE, one(), "r1", journal);
        Path uploads = Files.createDirectories(root.resolve("releases/r1").resolve("work/of users"));
        try (SmallDisk disk = SmallDisk.over(uploads, 64)) {
            Path picture = Files.writeString(disk.directory().resolve("picture"), "of a user's");
            releases.apply(INSTANCE, two(), "r2", journal);

            assertThatThrownBy(() -> releases.prune(INSTANCE, Set.of(), journal))
                    .hasMessageContaining("omething is mounted in an old release, at " + uploads)
                    .hasMessageContainingAll("nmount it", "the next release");

            assertThat(picture).hasContent("of a user's");
            assertThat(root.resolve("releases/r1")).isDirectory();
        }

        assertThat(releases.prune(INSTANCE, Set.of(), journal)).containsExactly("r1");
        assertThat(root.resolve("releases/r1")).doesNotExist();
    }

    @Test
    void doesNotGoBackToAReleaseThatSomebodyChanged() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Manifest before = target.capture();
        target.apply(INSTANCE, two(), "r2", journal);
        Files.writeString(root.resolve("releases/r1/bin/run.sh"), "meddled with");

        target.apply(INSTANCE, before, "r1", journal);

        assertThat(link()).isEqualTo("releases/r1-2");
        assertThat(target.drift(before)).isEmpty();
        assertThat(root.resolve("releases/r1/bin/run.sh")).hasContent("meddled with");
    }

    @Test
    void sharedDirectoriesAreOneAndTheSameInEveryRelease() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        target.apply(INSTANCE, two(), "r2", journal);
        Files.writeString(root.resolve("releases/r1/logs/app.log"), "x");

        assertThat(Files.readSymbolicLink(root.resolve("releases/r2/logs"))).hasToString("../../shared/logs");
        assertThat(root.resolve("releases/r2/logs/app.log")).hasContent("x");
        assertThat(root.resolve("shared/logs/app.log")).hasContent("x");
    }

    @Test
    void sharedFilesAndDeepPathsAreLinkedToo() throws IOException {
        ManagedPaths managed = new ManagedPaths(List.of("var/data/up/**", "conf/local.properties"), List.of());
        TestTree.in(root).file("shared/conf/local.properties", "secret = 1");
        Target deep = open(root, managed, store);

        deep.apply(INSTANCE, one(), "r1", journal);
        Files.writeString(live().resolve("var/data/up/load"), "x");

        assertThat(live().resolve("conf/local.properties")).hasContent("secret = 1");
        assertThat(root.resolve("shared/var/data/up/load")).hasContent("x");
        assertThat(deep.drift(one())).isEmpty();
        assertThat(deep.plan(one()).isEmpty()).isTrue();
    }

    @Test
    void adoptsReleasesThatAnotherToolMade() throws IOException {
        TestTree.in(root).file("releases/20201231/index.html", "old").link("current", root + "/releases/20201231");
        Manifest before = target.capture();
        assertThat(described(before, "index.html")).isPresent();

        target.apply(INSTANCE, one(), "r1", journal);
        assertThat(link()).isEqualTo("releases/r1");
        target.apply(INSTANCE, before, "back", journal);

        assertThat(link()).isEqualTo("releases/20201231");
        assertThat(target.drift(before)).isEmpty();
    }

    @Test
    void refusesACurrentThatIsNoLinkOrLeadsElsewhere() throws IOException {
        TestTree.in(root).directory("current");
        assertRefused(root, "is not a symbolic link");

        TestTree.in(root).delete("current").link("current", "/etc");
        assertRefused(root, "no directory in");

        TestTree.in(root).delete("current").link("current", "releases/missing");
        assertRefused(root, "no directory in");

        TestTree.in(root).delete("current").directory("releases/r1").link("releases/alias", "r1");
        TestTree.in(root).link("current", "releases/alias");
        assertRefused(root, "no directory in");
    }

    @Test
    void refusesReleasesThatIsALink() throws IOException {
        TestTree.in(root).link("releases", directory.toString());

        assertThatThrownBy(target::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(root.resolve("releases").toString());
    }

    @Test
    void keepsTheYoungestTheLiveAndTheRetained() throws IOException {
        PrunableTarget releases = (PrunableTarget) target;
        for (String id : List.of("r1", "r2", "r3", "r4", "r5")) {
            TestTree tree = TestTree.in(directory.resolve("build")).file("version", id);
            target.apply(INSTANCE, store.capture(tree.root(), ManagedPaths.ALL), id, journal);
        }
        Files.delete(live());
        Files.createSymbolicLink(live(), Path.of("releases/r2"));
        journal.startSegment("prune");

        List<String> removed = releases.prune(INSTANCE, Set.of("r1"), journal);

        assertThat(removed).containsExactly("r3");
        assertThat(releases()).containsExactlyInAnyOrder("r1", "r2", "r4", "r5");
        List<Operation> done = JournalFiles.done(journal.records("prune"));
        assertThat(done).hasSize(1);
        RemoveRelease removal = (RemoveRelease) done.get(0);
        assertThat(removal.directory()).isEqualTo("r3");
        assertThat(store.load(removal.manifest()).find("version")).isPresent();
        assertThat(releases.prune(INSTANCE, Set.of("r1"), journal)).isEmpty();
        assertThat(releases.prune(INSTANCE, Set.of(), journal)).containsExactly("r1");
    }

    @Test
    void removesWhatACrashLeftHalfDone() throws IOException {
        TestTree.in(root).file("releases/r0.partial/half", "x");

        target.apply(INSTANCE, one(), "r1", journal);

        assertThat(releases()).containsExactly("r1");
    }

    @Test
    void journalsPopulatingBeforeSwitching() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);

        List<Operation> done = JournalFiles.done(journal.records("r1"));
        assertThat(done).hasSize(2);
        PopulateRelease populate = (PopulateRelease) done.get(0);
        assertThat(populate.directory()).isEqualTo("r1");
        assertThat(store.load(populate.manifest()).withoutOwners()).isEqualTo(attainable(one()));
        assertThat(done.get(1)).isEqualTo(new SwitchLink(INSTANCE, Optional.empty(), Optional.of("releases/r1")));
    }

    @Test
    void refusesIdsThatAreNoNamesAndPatternsThatAreNoLinks() {
        assertThatThrownBy(() -> target.apply(INSTANCE, one(), "../x", journal)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> target.apply(INSTANCE, one(), "x.partial", journal))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> open(root, new ManagedPaths(List.of("*.log"), List.of()), store))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> open(root, MANAGED, store, 0)).isInstanceOf(RefusedException.class);
    }

    /** What {@code current} says. */
    protected String link() throws IOException {
        return Files.readSymbolicLink(live()).toString();
    }

    /** The names of the release directories. */
    protected List<String> releases() throws IOException {
        try (Stream<Path> children = Files.list(root.resolve("releases"))) {
            return children.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }
}
