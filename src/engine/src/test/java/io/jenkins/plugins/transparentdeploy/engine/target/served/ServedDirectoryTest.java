package io.jenkins.plugins.transparentdeploy.engine.target.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import io.jenkins.plugins.transparentdeploy.engine.target.TargetContract;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A directory on a host with Java; the service is a process of its own. */
class ServedDirectoryTest extends TargetContract {
    private static final HostId CONTROLLER = new HostId("00000000-0000-4000-8000-000000000001");
    private final List<ServedTarget> opened = new ArrayList<>();

    @AfterEach
    void hangUp() {
        opened.forEach(ServedTarget::close);
    }

    Place.Kind kind() {
        return Place.Kind.DIRECTORY;
    }

    @Override
    protected Target open(Path root, ManagedPaths managed, SnapshotStore store) {
        return open(root, managed, store, CONTROLLER, false);
    }

    private ServedTarget open(
            Path root, ManagedPaths managed, SnapshotStore store, HostId controller, boolean takeOver) {
        // One exchange at a time has a target, so whoever opened it before has to hang up.
        hangUp();
        ServedTarget served = new ServedTarget(
                new LocalShell(),
                Place.of(kind(), root, managed, 5),
                store,
                () -> ServiceMain.program(directory.resolve("host-state")),
                new Ownership(controller, "ci-" + controller.value().charAt(35), takeOver));
        opened.add(served);
        return served;
    }

    @Override
    protected Path live() {
        return root;
    }

    /** A live directory that no release made. */
    Path madeByHand() throws IOException {
        return root;
    }

    /** The store of the host is put where it can be; what is left to refuse is the rest. */
    @Override
    @Test
    protected void refusesATargetThatIsAMountPointOrCannotBeStagedForOrIsReadOnly() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 2048)) {
            Path inside = Files.createDirectory(disk.directory().resolve("app"));

            assertRefused(disk.directory(), "is a mount point");
            disk.protect();
            assertRefused(inside, "writable by user");
        }
    }

    /** Its journal and its identity are there, and a release would remove them. */
    @Test
    void aTargetAroundTheStateOfItsHostIsRefused() {
        assumeTrue(kind() == Place.Kind.DIRECTORY, "releases touch nothing beside them");
        ServedTarget around = open(directory, ManagedPaths.ALL, store, CONTROLLER, false);

        assertThatThrownBy(around::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(
                        "The state directory " + directory.resolve("host-state") + " is inside " + directory);
    }

    @Test
    void aHostThatHasLostItsStoreIsGivenEverythingAgain() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        target.apply(INSTANCE, two(), "r2", journal);
        hangUp();
        DurableFiles.deleteTree(directory.resolve("host-state/store"));

        target.apply(INSTANCE, one(), "r3", journal);

        assertThat(target.drift(one())).isEmpty();
    }

    @Test
    void whatWasLiveBeforeTheFirstReleaseComesToTheControlMachine() throws IOException {
        TestTree.in(madeByHand()).file("by/hand", "precious").file("logs/app.log", "not managed");

        Manifest adopted = target.capture();
        FileEntry file = (FileEntry) adopted.find("by/hand").orElseThrow();

        try (var content = store.objects().open(file.content())) {
            assertThat(content).hasContent("precious");
        }
        assertThat(store.load(adopted.id())).isEqualTo(adopted);
        assertThat(adopted.find("logs/app.log")).isEmpty();
    }

    @Test
    void whoOnlyLooksDoesNotMakeItItsOwnAndWhoClaimsItDoes() throws IOException {
        HostId other = new HostId("00000000-0000-4000-8000-000000000002");
        Target looking = open(root, MANAGED, store, other, false);
        looking.check();
        looking.plan(one());

        Target claiming = open(root, MANAGED, store, CONTROLLER, false);
        claiming.check();
        claiming.claim();

        Target late = open(root, MANAGED, store, other, false);
        assertThatThrownBy(late::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(root + " is deployed to from ci-1");
    }

    @Test
    void anotherControlMachineIsRefusedUnlessItTakesOver() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);
        HostId other = new HostId("00000000-0000-4000-8000-000000000002");

        Target refused = open(root, MANAGED, store, other, false);
        assertThatThrownBy(refused::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(root + " is deployed to from ci-1")
                .hasMessageContaining("--take-over");

        Target taken = open(root, MANAGED, store, other, true);
        taken.apply(INSTANCE, two(), "r1", journal);
        assertThat(taken.drift(two())).isEmpty();
        Target first = open(root, MANAGED, store, CONTROLLER, false);
        assertThatThrownBy(first::check).isInstanceOf(RefusedException.class);
    }

    @Test
    void theHostHasAJournalOfItsOwn() throws IOException {
        target.apply(INSTANCE, one(), "r1", journal);

        try (Stream<Path> files = Files.walk(directory.resolve("host-state/targets"))) {
            assertThat(files.map(file -> file.getFileName().toString())).contains("000001-r1.jsonl");
        }
        assertThat(journal.records("r1")).hasSize(2);
    }
}
