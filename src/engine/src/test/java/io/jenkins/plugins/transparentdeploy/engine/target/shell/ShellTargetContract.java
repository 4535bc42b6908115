package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.target.PrunableTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a target does on a host without Java, whatever its tools are and however it is reached. */
abstract class ShellTargetContract extends ReleasesContract {
    static final HostId CONTROLLER = new HostId("11111111-2222-3333-4444-555555555555");
    private static final HostId ANOTHER = new HostId("99999999-2222-3333-4444-555555555555");
    private static final List<String> HOSTILE = List.of(
            "-n",
            "--help",
            "a b",
            " lead and trail ",
            "quote's",
            "double\"quote",
            "new\nline",
            "new\n\nlines\n",
            "back\\slash",
            "\\n",
            "star*",
            "?",
            "$(touch pwned)",
            "`touch pwned`",
            ";touch pwned",
            "tab\there",
            "carriage\rreturn",
            "ünïcödé ✓ 𝄞",
            "=",
            "100%n",
            "x".repeat(255),
            "deep/".repeat(60) + "y".repeat(120));

    /** The host's shell. */
    abstract RemoteShell shell();

    @Override
    protected PrunableTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep) {
        return open(root, managed, store, keep, new Ownership(CONTROLLER, "ci-1", false));
    }

    ShellReleasesTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep, Ownership ownership) {
        return new ShellReleasesTarget(shell(), root, managed, store, keep, ownership);
    }

    @Override
    protected Path live() {
        return root.resolve("current");
    }

    /** The store is on another machine, so this is no matter. */
    @Override
    protected void refusesAnotherFilesystem(Path elsewhere) {}

    @Test
    void namesAreTakenAsTheyAreWhateverCharactersTheyHave() throws IOException {
        Manifest hostile = hostile("one", "two");
        Manifest changed = hostile("one, too", "target");

        for (Manifest wanted : List.of(hostile, changed)) {
            target.apply(INSTANCE, wanted, "r1", journal);

            assertThat(target.capture().withoutOwners()).isEqualTo(attainable(wanted));
            assertThat(target.drift(wanted)).isEmpty();
            assertThat(live().resolve("pwned")).doesNotExist();
            assertThat(root.resolve("pwned")).doesNotExist();
        }
        Files.writeString(live().resolve("new\nline/file"), "meddled with");
        assertThat(target.drift(changed)).singleElement().extracting("path").isEqualTo("new\nline/file");
    }

    /** Of what was live before the first release, the store has nothing. */
    @Test
    void whatWasLiveBeforeIsFetchedAndCanBeBroughtBack() throws IOException {
        hostileTree(TestTree.in(root.resolve("releases/before")), "fetched", "target")
                .file("empty", "")
                .file("large", "0123456789abcdef".repeat(200_000));
        TestTree.in(root).link("current", "releases/before");

        Manifest before = target.capture();
        for (FileEntry file : before.files()) {
            store.objects().verify(file.content());
        }
        target.apply(INSTANCE, one(), "r1", journal);
        PrunableTarget young = open(root, MANAGED, store, 1);
        young.prune(INSTANCE, Set.of(), journal);
        assertThat(releases()).containsExactly("r1");

        target.apply(INSTANCE, before, "back", journal);
        assertThat(target.capture()).isEqualTo(before);
    }

    @Test
    void refusesWhatCannotBeKept() throws Exception {
        target.apply(INSTANCE, one(), "r1", journal);
        run("mkfifo", live().resolve("pipe").toString());
        assertThatThrownBy(() -> target.capture())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(shell().name() + ":" + root)
                .hasMessageContaining("pipe is a socket, pipe or device");
        Files.delete(live().resolve("pipe"));

        run("/bin/sh", "-c", "cd \"$0\" && : >\"$(printf 'x\\377y')\"", live().toString());
        assertThatThrownBy(() -> target.drift(one()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void releasesShareNoFile() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        target.apply(INSTANCE, two(), "r2", journal);

        Path first = root.resolve("releases/r1/same");
        Path second = root.resolve("releases/r2/same");
        assertThat(Files.getAttribute(first, "unix:nlink")).isEqualTo(1);
        assertThat(Files.getAttribute(first, "unix:ino")).isNotEqualTo(Files.getAttribute(second, "unix:ino"));
    }

    @Test
    void whatIsExcludedStaysWithItsRelease() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Files.writeString(live().resolve("app.pid"), "1");
        Files.writeString(live().resolve("bin/deep.pid"), "1");
        Files.writeString(live().resolve("work/cache"), "1");

        target.apply(INSTANCE, two(), "r2", journal);

        assertThat(root.resolve("releases/r1/work/cache")).exists();
        assertThat(live().resolve("work")).isEmptyDirectory();
        assertThat(live().resolve("app.pid")).doesNotExist();
        assertThat(live().resolve("bin/deep.pid")).doesNotExist();
        assertThat(target.drift(two())).isEmpty();
        assertThat(releases()).containsExactlyInAnyOrder("r1", "r2");
    }

    @Test
    void aBaseThatSomebodyChangedIsNoHarm() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Files.writeString(live().resolve("same"), "meddled");
        Files.writeString(live().resolve("foreign"), "x");
        Files.delete(live().resolve("becomes/a/file/x"));

        target.apply(INSTANCE, two(), "r2", journal);
        assertThat(target.capture().withoutOwners()).isEqualTo(attainable(two()));

        Files.writeString(root.resolve("releases/r2/same"), "meddled");
        target.apply(INSTANCE, one(), "r3", journal);
        assertThat(target.capture().withoutOwners()).isEqualTo(attainable(one()));
    }

    @Test
    void anotherControllerIsRefusedUntilItTakesOver() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        Ownership theirs = new Ownership(ANOTHER, "ci-2", false);

        assertThatThrownBy(() -> open(root, MANAGED, store, 2, theirs).check())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(shell().name() + ":" + root)
                .hasMessageContaining("ci-1")
                .hasMessageContaining(CONTROLLER.value())
                .hasMessageContaining("take the target over");
        assertThatThrownBy(() -> open(root, MANAGED, store, 2, theirs).apply(INSTANCE, two(), "r2", journal))
                .isInstanceOf(RefusedException.class);
        assertThat(releases()).containsExactly("r1");

        ShellReleasesTarget taking = open(root, MANAGED, store, 2, new Ownership(ANOTHER, "ci-2", true));
        taking.check();
        taking.apply(INSTANCE, two(), "r2", journal);

        assertThat(root.resolve(".transparent-deploy-owner")).hasContent(ANOTHER + " ci-2");
        assertThatThrownBy(() -> target.apply(INSTANCE, one(), "r3", journal))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ci-2");
        open(root, MANAGED, store, 2, theirs).apply(INSTANCE, one(), "r3", journal);
    }

    @Test
    void leavesNothingBehind() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        target.apply(INSTANCE, one(), "r2", journal);
        target.apply(INSTANCE, two(), "r3", journal);
        target.apply(INSTANCE, one(), "r4", journal);

        assertThat(releases()).containsExactlyInAnyOrder("r1", "r3");
        try (var files = Files.list(root)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("releases", "shared", "current", ".transparent-deploy-owner");
        }
    }

    private Manifest hostile(String content, String link) throws IOException {
        TestTree tree = hostileTree(TestTree.in(directory.resolve("hostile")), content, link);
        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL).withoutOwners();
        store.save(manifest);
        return manifest;
    }

    private static TestTree hostileTree(TestTree tree, String content, String link) throws IOException {
        for (String name : HOSTILE) {
            tree.file(name + "/file", content).file("files/" + name, content);
            tree.file("all the same/" + name, "same");
            if (Files.exists(tree.root().resolve("links/" + name), LinkOption.NOFOLLOW_LINKS)) {
                tree.delete("links/" + name);
            }
            tree.link("links/" + name, name.length() > 100 ? link : name + link);
        }
        return tree;
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as("%s", List.of(command)).isZero();
    }
}
