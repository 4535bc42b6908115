package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths.PlainPath;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Fills a new directory with a manifest, the links to what releases share, and the application's own directories. */
final class ReleaseWriter {
    private final ReleasesLayout layout;
    private final ManagedPaths managed;
    private final SnapshotStore store;
    private final EntryWriter writer;

    ReleaseWriter(ReleasesLayout layout, ManagedPaths managed, SnapshotStore store, Account account) {
        this.layout = layout;
        this.managed = managed;
        this.store = store;
        this.writer = new EntryWriter(store, account);
    }

    /** All of it is synced on return. On failure the directory is there in part. */
    void write(Manifest manifest, Path newDirectory) throws IOException {
        Files.createDirectory(newDirectory);
        List<DirectoryEntry> directories = new ArrayList<>();
        for (ManifestEntry entry : manifest.entries()) {
            Path path = newDirectory.resolve(entry.path());
            if (entry instanceof DirectoryEntry directory) {
                writer.createOpenDirectory(directory, path, layout.root());
                directories.add(directory);
            } else if (entry instanceof SymlinkEntry link) {
                Files.createSymbolicLink(path, path.getFileSystem().getPath(link.target()));
            }
        }
        for (List<FileEntry> files : manifest.filesInPortions()) {
            files.sort(Comparator.comparing(FileEntry::content, store.objects().readingOrder(files)));
            Workers.each(files, file -> writer.writeFile(file, newDirectory.resolve(file.path()), layout.root()));
            DurableFiles.fsyncAll(files.stream()
                    .map(file -> newDirectory.resolve(file.path()))
                    .toList());
        }
        for (PlainPath shared : managed.sharedPaths()) {
            link(shared, newDirectory);
        }
        UnmanagedDirectories.create(newDirectory, managed.excludedDirectories());
        DurableFiles.fsyncAll(directories.stream()
                .map(directory -> newDirectory.resolve(directory.path()))
                .toList());
        close(directories, newDirectory);
        DurableFiles.fsyncDirectory(newDirectory);
    }

    /** The innermost first: below one that is closed nothing can be reached. */
    private void close(List<DirectoryEntry> directories, Path newDirectory) throws IOException {
        for (int i = directories.size() - 1; i >= 0; i--) {
            DirectoryEntry directory = directories.get(i);
            if (!directory.mode().equals(directory.mode().opened())) {
                Path path = newDirectory.resolve(directory.path());
                writer.updateDirectory(directory, path);
                DurableFiles.fsyncDirectory(path);
            }
        }
    }

    private void link(PlainPath shared, Path release) throws IOException {
        Path origin = layout.shared().resolve(shared.path());
        DurableFiles.createDirectories(shared.directory() ? origin : origin.getParent());
        Path link = release.resolve(shared.path());
        Files.createDirectories(link.getParent());
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(link, link.getFileSystem().getPath(ReleasesLayout.linkToShared(shared.path())));
            DurableFiles.fsyncDirectory(link.getParent());
        }
    }
}
