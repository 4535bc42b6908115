package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.Replay;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
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
import org.junit.jupiter.api.Test;

class DirectoryTargetTest extends TargetContract {
    @Override
    protected Target open(Path root, ManagedPaths managed, SnapshotStore store) {
        return new DirectoryTarget(root, managed, store);
    }

    @Override
    protected Path live() {
        return root;
    }

    @Test
    void adoptsADirectoryThatIsAlreadyLive() throws IOException {
        TestTree.in(root).file("bin/run.sh", "by hand", "rwx------").file("logs/old.log", "old");
        Manifest before = target.capture();

        target.apply(INSTANCE, two(), "r1", journal);
        target.apply(INSTANCE, before, "r1", journal);

        assertThat(target.capture().fullRoot()).isEqualTo(before.fullRoot());
        assertThat(root.resolve("bin/run.sh")).hasContent("by hand");
        assertThat(root.resolve("logs/old.log")).hasContent("old");
    }

    /** More than are journaled and done at a time. */
    @Test
    void restoresATreeOfManyPaths() throws IOException {
        TestTree many = TestTree.in(root);
        for (int i = 0; i < 150; i++) {
            many.directory("d" + i);
            for (int j = 0; j < 100; j++) {
                many.link("d" + i + "/l" + j, "../x" + j);
            }
        }
        Manifest before = target.capture();
        target.apply(INSTANCE, one(), "r1", journal);
        assertThat(target.capture().find("d0")).isEmpty();

        target.apply(INSTANCE, before, "r1", journal);

        assertThat(target.capture().fullRoot()).isEqualTo(before.fullRoot());
        assertThat(journal.unfinished("r1")).isEmpty();
        assertThat(Replay.apply(before, JournalFiles.done(journal.records("r1"))))
                .isEqualTo(before);
    }

    @Test
    void touchesOnlyWhatDiffers() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Object same = Files.getAttribute(root.resolve("same"), "unix:ino");
        Object mode = Files.getAttribute(root.resolve("only the mode"), "unix:ino");

        target.apply(INSTANCE, two(), "r1", journal);

        assertThat(Files.getAttribute(root.resolve("same"), "unix:ino")).isEqualTo(same);
        assertThat(Files.getAttribute(root.resolve("only the mode"), "unix:ino"))
                .isEqualTo(mode);
        assertThat(Files.isExecutable(root.resolve("only the mode"))).isTrue();
    }

    @Test
    void keepsADirectoryThatHoldsWhatIsNotManaged() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        TestTree.in(root).file("gone/deep/app.pid", "42");

        target.apply(INSTANCE, two(), "r1", journal);

        assertThat(root.resolve("gone/deep/app.pid")).hasContent("42");
        assertThat(root.resolve("gone/deep/down")).doesNotExist();
        assertThat(target.drift(two())).isEmpty();
        assertThat(target.plan(two()).isEmpty()).isTrue();
    }

    @Test
    void refusesAFileWhereUnmanagedFilesAre() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        TestTree.in(root).file("becomes/a/file/app.pid", "42");
        Manifest before = target.capture();

        assertThatThrownBy(() -> target.apply(INSTANCE, two(), "r1", journal))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'becomes/a'");

        assertThat(target.capture()).isEqualTo(before);
    }

    @Test
    void neverWritesThroughALinkThatSomebodyPutInPlaceOfADirectory() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Path outside = TestTree.in(directory.resolve("outside"))
                .file("run.sh", "theirs")
                .root();
        TestTree.in(root).delete("bin").link("bin", outside.toString());

        target.apply(INSTANCE, two(), "r1", journal);

        assertThat(outside.resolve("run.sh")).hasContent("theirs");
        assertThat(Files.isDirectory(root.resolve("bin"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(root.resolve("bin/run.sh")).hasContent("run two, longer");
    }

    @Test
    void snapshotPlusOperationsIsTheLiveState() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Manifest s0 = target.capture();
        journal.startSegment("r2");

        target.apply(INSTANCE, two(), "r2", journal);

        Manifest sum = Replay.apply(s0, JournalFiles.done(journal.records("r2")));
        assertThat(sum.contentRoot()).isEqualTo(target.capture().contentRoot());
    }

    @Test
    void capturesWhatItReplacesEvenIfNobodyDidBefore() throws IOException {
        TestTree.in(root).file("precious", "by hand");

        Delta delta = target.apply(INSTANCE, Manifest.EMPTY, "r1", journal);

        assertThat(root.resolve("precious")).doesNotExist();
        target.apply(INSTANCE, Manifest.of(delta.deleted()), "r1", journal);
        assertThat(root.resolve("precious")).hasContent("by hand");
    }

    @Test
    void keepsTheOwnerOfWhatItReplacesIfTheArtifactHasNone() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Path script = root.resolve("bin/run.sh");
        assumeTrue(Files.getAttribute(script, "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(script, "unix:uid", 65534);
        Files.setAttribute(root.resolve("bin"), "unix:gid", 65534);
        Manifest before = target.capture();

        target.apply(INSTANCE, two(), "r1", journal);
        assertThat(Files.getAttribute(script, "unix:uid")).isEqualTo(65534);

        Files.setAttribute(script, "unix:uid", 0);
        target.apply(INSTANCE, before, "r1", journal);
        assertThat(target.capture().fullRoot()).isEqualTo(before.fullRoot());
        assertThat(Files.getAttribute(script, "unix:uid")).isEqualTo(65534);
    }

    @Test
    void refusesAStoreInsideTheTarget() throws IOException {
        try (SnapshotStore inside = SnapshotStore.open(root.resolve("store"))) {
            assertThatThrownBy(() -> new DirectoryTarget(root, MANAGED, inside).check())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("inside the target");
        }
    }

    @Test
    void refusesAMountPointInsideUnlessItIsNotManaged() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(root, 64)) {
            String name = disk.directory().getFileName().toString();

            assertThatThrownBy(() -> target.capture())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("mount point");

            ManagedPaths without = new ManagedPaths(List.of(), List.of(name + "/**"));
            assertThat(open(root, without, store).capture().isEmpty()).isTrue();
        }
    }
}
