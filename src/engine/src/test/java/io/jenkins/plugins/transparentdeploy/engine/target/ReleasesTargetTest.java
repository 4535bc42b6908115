package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReleasesTargetTest extends ReleasesContract {
    @Override
    protected PrunableTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep) {
        return new ReleasesTarget(root, managed, store, keep);
    }

    /** An administrator may have put the users' files where the application looks for them. */
    @Test
    void whatIsMountedInAnOldReleaseStaysWhenReleasesAreRemoved() throws IOException {
        PrunableTarget releases = open(root, MANAGED, store, 1);
        releases.apply(INSTANCE, one(), "r1", journal);
        Path uploads = Files.createDirectories(root.resolve("releases/r1/work/uploads"));
        try (SmallDisk disk = SmallDisk.over(uploads, 64)) {
            Path picture = Files.writeString(disk.directory().resolve("picture"), "of a user's");
            releases.apply(INSTANCE, two(), "r2", journal);

            assertThatThrownBy(() -> releases.prune(INSTANCE, Set.of(), journal))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("Something is mounted in an old release, at " + uploads)
                    .hasMessageContaining("Unmount it");

            assertThat(picture).hasContent("of a user's");
            assertThat(root.resolve("releases/r1")).isDirectory();
            assertThat(journal.unfinished("r1")).isEmpty();
        }

        assertThat(releases.prune(INSTANCE, Set.of(), journal)).containsExactly("r1");
        assertThat(root.resolve("releases/r1")).doesNotExist();
    }
}
