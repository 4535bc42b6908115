package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.faults.Gate.Change;
import io.jenkins.plugins.transparentdeploy.engine.storage.AppendOnlyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel may call a file clean whose pages it could not write, so a later sync that succeeds proves nothing of them. */
class FailedSyncTest {
    @TempDir
    Path directory;

    private final List<Change> changes = new ArrayList<>();
    private int failures;

    @AfterEach
    void leave() {
        World.enter(null);
    }

    @Test
    void whatCouldNotBeSyncedIsWrittenAgainBeforeItCountsAsDurable() throws IOException {
        World.enter(new World(directory, this::pass, null));
        Path log = new WorldProvider(FileSystems.getDefault().provider())
                .getPath(Path.of(World.NAME, "log").toUri());
        try (AppendOnlyFile file = AppendOnlyFile.open(log)) {
            file.append("one\n".getBytes(StandardCharsets.UTF_8));
            changes.clear();
            failures = 2;
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
            file.sync();
            assertThat(changes).containsExactly(Change.SYNC, Change.WRITE, Change.SYNC, Change.WRITE, Change.SYNC);

            changes.clear();
            file.append("two\n".getBytes(StandardCharsets.UTF_8));
            file.sync();
            assertThat(changes).as("from then on as ever").containsExactly(Change.WRITE, Change.SYNC);
        }
        assertThat(directory.resolve("log")).hasContent("one\ntwo\n");
    }

    private void pass(Change change, Path path) throws IOException {
        changes.add(change);
        if (change == Change.SYNC && failures > 0) {
            failures--;
            throw new IOException("Input/output error");
        }
    }
}
