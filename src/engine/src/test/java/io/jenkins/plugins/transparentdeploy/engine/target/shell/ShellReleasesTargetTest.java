package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** On this machine: Debian's tools, and dash. */
class ShellReleasesTargetTest extends ShellTargetContract {
    private static final int FILES = 1_500;
    private static final int SIZE = 6_000;

    private final WatchedShell shell = new WatchedShell(new LocalShell("web1", List.of()));

    @Override
    RemoteShell shell() {
        return shell;
    }

    @Test
    void sendsWhatChangedAndAsksSeldom() throws IOException {
        Random random = new Random(1);
        TestTree tree = TestTree.in(directory.resolve("large"));
        for (int i = 0; i < FILES; i++) {
            write(tree, i, random);
        }
        Manifest first = store.capture(tree.root(), ManagedPaths.ALL);
        target.apply(INSTANCE, first, "r1", journal);
        for (int i = 0; i < FILES; i += 100) {
            write(tree, i, random);
        }
        Manifest second = store.capture(tree.root(), ManagedPaths.ALL);

        shell.rest();
        target.apply(INSTANCE, second, "r2", journal);
        assertThat(shell.exchanges()).isEqualTo(3);
        assertThat(shell.sent()).isLessThan(FILES / 100 * SIZE * 3L / 2);

        shell.rest();
        target.apply(INSTANCE, first, "r1", journal);
        assertThat(shell.exchanges()).isEqualTo(2);
        assertThat(shell.sent()).isLessThan(20_000);

        shell.rest();
        assertThat(target.drift(first)).isEmpty();
        assertThat(target.plan(first).isEmpty()).isTrue();
        target.capture();
        assertThat(shell.exchanges()).isEqualTo(3);

        for (int i = 0; i < FILES; i++) {
            tree.modified(name(i), Instant.ofEpochSecond(1_700_000_000 + i, i));
        }
        Manifest touched = store.capture(tree.root(), ManagedPaths.ALL);
        shell.rest();
        target.apply(INSTANCE, touched, "r3", journal);
        assertThat(shell.sent()).isLessThan(FILES * 40L);
        assertThat(target.capture().withoutOwners()).isEqualTo(touched.withoutOwners());
    }

    private static void write(TestTree tree, int number, Random random) throws IOException {
        byte[] content = new byte[SIZE];
        random.nextBytes(content);
        Path file = tree.root().resolve(name(number));
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static String name(int number) {
        return "modules/module-%d/lib/file-%d.bin".formatted(number / 50, number);
    }

    @Test
    void aDiskThatFillsMeanwhileLeavesTheLiveReleaseAlone() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 4096)) {
            Path app = Files.createDirectory(disk.directory().resolve("app"));
            Target small = open(app, MANAGED, store);
            small.apply(INSTANCE, one(), "r1", journal);
            byte[] content = new byte[1_500_000];
            new Random(2).nextBytes(content);
            TestTree tree = TestTree.in(directory.resolve("big")).file("a", "a");
            Files.write(tree.root().resolve("big"), content);
            Manifest big = store.capture(tree.root(), ManagedPaths.ALL);
            shell.disturb((number, exchange) -> {
                if (exchange.is(HostScript.FILL)) {
                    disk.fill("ballast", 500_000);
                }
                return exchange.run();
            });

            assertThatThrownBy(() -> small.apply(INSTANCE, big, "r2", journal))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("web1:" + app)
                    .hasMessageContaining("no space left");
            assertThat(journal.unfinished("r1")).isEmpty();
            assertThat(small.drift(one())).isEmpty();
            try (var left = Files.list(app.resolve("releases"))) {
                assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("r1", ".r1.json");
            }

            Files.delete(disk.directory().resolve("ballast"));
            shell.rest();
            small.apply(INSTANCE, big, "r2", journal);
            assertThat(small.drift(big)).isEmpty();
        }
    }

    /** Files are served from there; what cannot be is what would be started there, and its start says so. */
    @Test
    void releasesToAFilesystemThatNothingCanBeStartedOn() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory, 2048)) {
            run("mount", "-o", "remount,noexec", disk.directory().toString());
            Path app = Files.createDirectory(disk.directory().resolve("app"));
            Target target = open(app, MANAGED, store);
            target.check();

            target.apply(INSTANCE, one(), "r1", journal);

            assertThat(target.drift(one())).isEmpty();
            assertThatThrownBy(() ->
                            new ProcessBuilder(app.resolve("current/bin/run.sh").toString()).start())
                    .hasMessageContaining("Permission denied");
        }
    }

    @Test
    void refusesReleasesOnAnotherFilesystemThanTheLink() throws Exception {
        Path releases = Files.createDirectory(root.resolve("releases"));
        try (SmallDisk disk = SmallDisk.mount(directory, 256)) {
            run("mount", "--bind", disk.directory().toString(), releases.toString());
            try {
                assertRefused(root, "is on another filesystem");
            } finally {
                run("umount", releases.toString());
            }
        }
    }

    @Test
    void refusesAHostThatLacksTools() throws IOException {
        Path commands = Files.createDirectory(directory.resolve("bin"));
        for (String name : List.of("sh", "cat", "find", "id", "sort", "stat", "tr", "xargs", "grep")) {
            Files.copy(Path.of("/usr/bin", name), commands.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        RemoteShell poor = new LocalShell("poor", List.of("env", "PATH=" + commands));
        Target target =
                new ShellReleasesTarget(poor, root, MANAGED, store, 2, new Ownership(CONTROLLER, "ci-1", false));

        assertThatThrownBy(target::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("poor lacks")
                .hasMessageContaining("sha256sum")
                .hasMessageContaining("tar")
                .hasMessageContaining("Install");
        assertThatThrownBy(() -> target.apply(INSTANCE, one(), "r1", journal)).isInstanceOf(RefusedException.class);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void switchesTheLinkWithWhateverCanRename() throws IOException {
        for (String missing : List.of("-T", "-T -h", "-T -h python3")) {
            RemoteShell shell = withoutRenaming(missing);
            Target target =
                    new ShellReleasesTarget(shell, root, MANAGED, store, 5, new Ownership(CONTROLLER, "ci-1", false));
            String id = missing.replaceAll("[^A-Za-z0-9]", "");

            target.apply(INSTANCE, one(), id + "1", journal);
            assertThat(target.drift(one())).isEmpty();
            target.apply(INSTANCE, two(), id + "2", journal);
            assertThat(target.drift(two())).isEmpty();
        }
        Target target = new ShellReleasesTarget(
                withoutRenaming("-T -h python3 perl"),
                root,
                MANAGED,
                store,
                2,
                new Ownership(CONTROLLER, "ci-1", false));
        String before = link();

        assertThatThrownBy(() -> target.apply(INSTANCE, one(), "r9", journal))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("one rename");
        assertThat(link()).isEqualTo(before);
    }

    /** A host whose mv does not know these options, and that has not these programs. */
    private RemoteShell withoutRenaming(String missing) throws IOException {
        Path commands = Files.createTempDirectory(directory, "commands");
        for (String word : missing.split(" ")) {
            if (!word.startsWith("-")) {
                command(commands.resolve(word), "exit 127");
            }
        }
        String options = missing.contains("-h") ? "-T|-h" : "-T";
        command(commands.resolve("mv"), "case $2 in %s) exit 1 ;; esac\nexec /bin/mv \"$@\"".formatted(options));
        return new LocalShell("old", List.of("env", "PATH=" + commands + ":" + System.getenv("PATH")));
    }

    private static void command(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void asRootWhatIsNewBelongsToWhomTheDirectoryDoes() throws Exception {
        run("chown", "1234:5678", root.toString());

        target.apply(INSTANCE, one(), "r1", journal);

        for (String path : List.of(".", "bin/run.sh", "link", "empty", "logs", "logs/.", "work")) {
            Path file = root.resolve("releases/r1").resolve(path);
            assertThat(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                    .as(path)
                    .isEqualTo(1234);
            assertThat(Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS))
                    .as(path)
                    .isEqualTo(5678);
        }
    }

    @Test
    void refusesToKeepExtendedAttributes() {
        assertThatThrownBy(() -> open(root, new ManagedPaths(List.of(), List.of(), true), store))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("extended attributes");
    }

    @Test
    void refusesAPathThatIsNotAbsolute() {
        assertThatThrownBy(() -> open(Path.of("srv/app"), MANAGED, store))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("web1:srv/app");
    }
}
