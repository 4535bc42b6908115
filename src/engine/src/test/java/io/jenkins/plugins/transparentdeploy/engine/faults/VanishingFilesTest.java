package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.faults.Gate.Change;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that deletes a file between the moment in which the tree's files are listed and the one in which this file
 * is looked at: while the file before it, which is large, is being written into the store.
 */
class VanishingFilesTest {
    private static final int LARGE = 3 * 1024 * 1024;

    @TempDir
    Path directory;

    private final Random random = new Random(1);
    private Path app;
    private SnapshotStore store;
    private int looks;
    private int lastLookToDelete;

    @BeforeEach
    void open() throws IOException {
        app = Files.createDirectory(directory.resolve("app"));
        World.enter(new World(directory, this::pass, null));
        store = SnapshotStore.open(seeming("store"));
        looks = 0;
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        World.enter(null);
    }

    private static Path seeming(String path) {
        return new WorldProvider(FileSystems.getDefault().provider())
                .getPath(Path.of(World.NAME, path).toUri());
    }

    /** Before each look the store asks the filesystem for its time, with an empty file that it deletes again. */
    private boolean isProbe(Path path) throws IOException {
        return path.startsWith(directory.resolve("store/staging"))
                && Files.isRegularFile(path)
                && Files.size(path) == 0;
    }

    private void pass(Change change, Path path) throws IOException {
        if (change == Change.UNLINK && isProbe(path)) {
            looks++;
            byte[] content = new byte[LARGE];
            random.nextBytes(content);
            Files.write(app.resolve("before"), content);
            Files.writeString(app.resolve("session"), "x");
        } else if (change == Change.WRITE && looks > 0 && looks <= lastLookToDelete) {
            Files.deleteIfExists(app.resolve("session"));
        }
    }

    @Test
    void whatVanishedOnceIsLookedAtAgain() throws IOException {
        lastLookToDelete = 1;

        Manifest manifest = store.capture(seeming("app"), ManagedPaths.ALL);

        assertThat(looks).isEqualTo(2);
        assertThat(manifest.entries()).extracting(ManifestEntry::path).containsExactly("before", "session");
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
        assertThat(store.verify().corrupt()).isEmpty();
    }

    @Test
    void whatVanishesEachTimeIsRefused() {
        lastLookToDelete = Integer.MAX_VALUE;

        assertThatThrownBy(() -> store.capture(seeming("app"), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("vanish while it is read, such as " + app.resolve("session"))
                .hasMessageContaining("add them to exclude:");
        assertThat(looks).isEqualTo(3);
    }
}
