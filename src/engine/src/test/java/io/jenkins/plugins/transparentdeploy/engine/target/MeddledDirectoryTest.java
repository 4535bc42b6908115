package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Replay;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who may write to the directory does so between what is intended and what is done. */
class MeddledDirectoryTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-02-02T02:02:02Z"));

    @TempDir
    private Path temporary;

    private SnapshotStore store;
    private Path root;
    private DirectoryTarget target;
    private Path outside;

    @BeforeEach
    void prepare() throws IOException {
        store = SnapshotStore.open(temporary.resolve("store"));
        root = Files.createDirectory(temporary.resolve("app"));
        target = new DirectoryTarget(root, ManagedPaths.ALL, store);
        outside = TestTree.in(temporary.resolve("outside"))
                .file("file", "theirs", "rw-------")
                .root();
        Files.setLastModifiedTime(outside.resolve("file"), LONG_AGO);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @FunctionalInterface
    private interface Meddling {
        void meddle() throws IOException;
    }

    @Test
    void attributesAreNotSetThroughALink() throws IOException {
        TestTree.in(root).file("file", "ours", "rw-r--r--");
        Manifest before = target.capture();
        Path file = root.resolve("file");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));

        try (Journal journal = meddledWith("file", () -> {
            Files.delete(file);
            Files.createSymbolicLink(file, outside.resolve("file"));
        })) {
            assertThatThrownBy(() -> target.apply("app-1", before, "r1", journal))
                    .isInstanceOf(IOException.class);
        }
        theirFileIsUntouched();
    }

    @Test
    void nothingIsDoneInADirectoryThatALinkLeadsTo() throws IOException {
        Manifest nothing = target.capture();
        TestTree.in(root).file("lib/file", "ours");

        try (Journal journal = meddledWith("lib/file", () -> {
            Files.move(root.resolve("lib"), temporary.resolve("moved"));
            Files.createSymbolicLink(root.resolve("lib"), outside);
        })) {
            assertThatThrownBy(() -> target.apply("app-1", nothing, "r1", journal))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining(root.resolve("lib").toString())
                    .hasMessageContaining("find out who");
        }
        theirFileIsUntouched();
    }

    @Test
    void whatWasDoneBeforeAFailureIsKnownToBeDone() throws IOException {
        TestTree.in(root).file("a", "1").file("b/c", "2").file("z", "3");
        Manifest wanted = target.capture();
        target.apply("app-1", Manifest.EMPTY, "r0", scratch());
        Path inTheWay = root.resolve("z");

        try (Journal journal = meddledWith("z", () -> Files.createDirectory(inTheWay))) {
            assertThatThrownBy(() -> target.apply("app-1", wanted, "r1", journal))
                    .isInstanceOf(FileAlreadyExistsException.class);
            List<Operation> done = JournalFiles.done(journal.records("r1"));

            Files.delete(inTheWay);
            assertThat(done).hasSize(3);
            assertThat(Replay.apply(Manifest.EMPTY, done).contentRoot())
                    .isEqualTo(target.capture().contentRoot());
        }
    }

    private void theirFileIsUntouched() throws IOException {
        Path file = outside.resolve("file");
        assertThat(file).hasContent("theirs");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    }

    private Journal scratch() throws IOException {
        return meddledWith("", () -> {});
    }

    /** @param path whose intent the meddler waits for */
    private Journal meddledWith(String path, Meddling meddling) throws IOException {
        Journal journal = Journal.open(Files.createTempDirectory(temporary, "journal"), Clock.systemUTC(), record -> {
            if (record instanceof Intent intent
                    && intent.operation() instanceof FileOperation operation
                    && operation.path().equals(path)) {
                try {
                    meddling.meddle();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        journal.startSegment("r1");
        return journal;
    }
}
