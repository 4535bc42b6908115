package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Workers;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A manifest as files, for programs that read or fill a directory. It lies in the staging area of the store, for the user
 * that deploys alone, and is gone when this is closed or the process has died.
 */
public final class StagedTree implements Closeable {
    private final SnapshotStore store;
    private final Path directory;

    private StagedTree(SnapshotStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** A directory with nothing in it. */
    public static StagedTree empty(SnapshotStore store) throws IOException {
        return new StagedTree(store, Files.createDirectory(store.newStagingPath()));
    }

    /**
     * Writes it, every file verified.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException if its content is not in the store as it
     *     should be
     */
    public static StagedTree of(Manifest manifest, SnapshotStore store) throws IOException {
        StagedTree tree = empty(store);
        try {
            tree.write(manifest);
            return tree;
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    private void write(Manifest manifest) throws IOException {
        EntryWriter writer = new EntryWriter(store, Account.current(store));
        List<DirectoryEntry> directories = new ArrayList<>();
        for (ManifestEntry entry : manifest.entries()) {
            Path path = directory.resolve(entry.path());
            if (entry instanceof DirectoryEntry inner) {
                writer.createOpenDirectory(inner, path, directory);
                directories.add(inner);
            } else if (entry instanceof SymlinkEntry link) {
                Files.createSymbolicLink(path, path.getFileSystem().getPath(link.target()));
            }
        }
        for (List<FileEntry> files : manifest.filesInPortions()) {
            Workers.each(files, file -> writer.writeFile(file, directory.resolve(file.path()), directory));
        }
        for (int i = directories.size() - 1; i >= 0; i--) {
            writer.updateDirectory(
                    directories.get(i), directory.resolve(directories.get(i).path()));
        }
    }

    @Override
    public void close() throws IOException {
        store.forget(directory);
        DurableFiles.deleteTree(directory);
    }
}
