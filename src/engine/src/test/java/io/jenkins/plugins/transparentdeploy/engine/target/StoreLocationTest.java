package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLocationTest {
    @TempDir
    Path directory;

    private Path state;

    @BeforeEach
    void resolveState() {
        state = directory.resolve("home/.transparent-deploy");
    }

    @Test
    void isInTheStateDirectoryIfThatIsOnTheTargetsFilesystem() throws IOException {
        Path target = Files.createDirectories(directory.resolve("srv/app"));

        assertThat(StoreLocation.forTarget(state, target)).isEqualTo(state.resolve("store"));
        assertThat(state).doesNotExist();
    }

    @Test
    void isBesideTheTargetIfTheStateDirectoryIsElsewhere() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 64)) {
            Path target = Files.createDirectories(disk.directory().resolve("srv/app"));

            assertThat(StoreLocation.forTarget(state, target))
                    .isEqualTo(disk.directory().resolve("srv/.transparent-deploy/store"));
        }
    }

    @Test
    void canBeInTheRootOfATargetOfReleases() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 64)) {
            Path root = Files.createDirectories(disk.directory().resolve("app"));

            assertThat(StoreLocation.forTarget(state, root.resolve("releases")))
                    .isEqualTo(root.resolve(".transparent-deploy/store"));
        }
    }

    @Test
    void isNeverInsideTheTarget() throws IOException {
        Path target = Files.createDirectories(directory.resolve("app"));

        assertThat(StoreLocation.forTarget(target.resolve("state"), target))
                .isEqualTo(directory.resolve(".transparent-deploy/store"));
    }

    @Test
    void refusesATargetThatIsAMountPoint() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 64)) {
            assertThatThrownBy(() -> StoreLocation.forTarget(state, disk.directory()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("mount point");
        }
    }

    @Test
    void refusesATargetWithNothingWritableAboveIt() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 64)) {
            Path target = Files.createDirectories(disk.directory().resolve("srv/app"));
            disk.protect();

            assertThatThrownBy(() -> StoreLocation.forTarget(state, target))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(target.toString())
                    .hasMessageContaining("srv/.transparent-deploy");
        }
    }
}
