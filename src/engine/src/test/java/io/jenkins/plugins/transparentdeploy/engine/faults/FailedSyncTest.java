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
    private Change failing = Change.SYNC;
    private int failures;
    private boolean failBoth;

    @AfterEach
    void leave() {
        World.enter(null);
    }

    @Test
    void whatCouldNotBeSyncedIsWrittenAgainBeforeItCountsAsDurable() throws IOException {
        try (AppendOnlyFile file = AppendOnlyFile.open(log())) {
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

    /** Else a machine that stops could leave the beginning of one append with the end of another behind it. */
    @Test
    void whatCouldNotBeAppendedIsCutOffDurablyBeforeAnythingElseIsAppended() throws IOException {
        try (AppendOnlyFile file = AppendOnlyFile.open(log())) {
            file.append("one\n".getBytes(StandardCharsets.UTF_8));
            changes.clear();
            failOnce(Change.WRITE);
            assertThatThrownBy(() -> file.append("lost\n".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
            assertThat(changes).containsExactly(Change.WRITE, Change.TRUNCATE, Change.SYNC);
            file.append("two\n".getBytes(StandardCharsets.UTF_8));
            file.sync();
        }
        assertThat(directory.resolve("log")).hasContent("one\ntwo\n");
    }

    @Test
    void aCutThatCouldNotBeSyncedIsMadeAgain() throws IOException {
        try (AppendOnlyFile file = AppendOnlyFile.open(log())) {
            file.append("one\n".getBytes(StandardCharsets.UTF_8));
            failBoth = true;
            assertThatThrownBy(() -> file.append("lost\n".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
            failBoth = false;
            changes.clear();
            file.append("two\n".getBytes(StandardCharsets.UTF_8));
            file.sync();
            assertThat(changes)
                    .as("cut, then appended; then all that was not synced is written again")
                    .containsExactly(Change.TRUNCATE, Change.SYNC, Change.WRITE, Change.WRITE, Change.SYNC);
        }
        assertThat(directory.resolve("log")).hasContent("one\ntwo\n");
    }

    private Path log() {
        World.enter(new World(directory, this::pass, null));
        return new WorldProvider(FileSystems.getDefault().provider())
                .getPath(Path.of(World.NAME, "log").toUri());
    }

    private void failOnce(Change change) {
        failing = change;
        failures = 1;
    }

    private void pass(Change change, Path path) throws IOException {
        changes.add(change);
        if (failBoth && (change == Change.WRITE || change == Change.SYNC)) {
            throw new IOException("Input/output error");
        }
        if (change == failing && failures > 0) {
            failures--;
            throw new IOException("Input/output error");
        }
    }
}
