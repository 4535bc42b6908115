package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.DeleteEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Workers;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Carries out file operations below one root: stages them all, performs each by one atomic system call, syncs them. */
final class FileChanges {
    /** Files that are written before they are synced together. */
    private static final int PORTION = 10_000;

    private final Path root;
    private final Path realRoot;
    private final SnapshotStore store;
    private final Account account;
    private final EntryWriter writer;
    /** Of operations whose file is staged. */
    private final BitSet staged = new BitSet();
    /** Of staged files the beginning of their paths, which a number ends. */
    private final Path stagedPrefix;

    private final Set<Path> filesToSync = new HashSet<>();
    private final Set<Path> directoriesToSync = new HashSet<>();

    FileChanges(Path root, SnapshotStore store, Account account) throws IOException {
        this.root = root;
        this.realRoot = root.toRealPath();
        this.store = store;
        this.account = account;
        this.writer = new EntryWriter(store, account);
        this.stagedPrefix = store.newStagingPath();
    }

    /**
     * Prepares all that can be prepared; the target is not touched.
     *
     * @throws RefusedException if one of them would not be permitted
     */
    void stage(List<FileOperation> operations) throws IOException {
        for (FileOperation operation : operations) {
            requirePermitted(operation);
        }
        List<StagedFile> files = new ArrayList<>();
        int number = 0;
        for (FileOperation operation : operations) {
            if (operation.entryAfter().orElse(null) instanceof FileEntry file && needsContent(operation)) {
                files.add(new StagedFile(file, number));
                if (files.size() == PORTION) {
                    stageFiles(files);
                    files.clear();
                }
            }
            number++;
        }
        stageFiles(files);
    }

    private record StagedFile(FileEntry file, int number) {}

    private void stageFiles(List<StagedFile> files) throws IOException {
        files.sort(Comparator.comparing(
                file -> file.file().content(),
                store.objects()
                        .readingOrder(files.stream().map(StagedFile::file).toList())));
        Workers.each(
                files,
                one -> writer.writeFile(
                        one.file(),
                        stagedPath(one.number()),
                        nearestExisting(root.resolve(one.file().path()))));
        DurableFiles.fsyncAll(
                files.stream().map(one -> stagedPath(one.number())).toList());
        files.forEach(one -> staged.set(one.number()));
    }

    private Path stagedPath(int number) {
        return stagedPrefix.resolveSibling(stagedPrefix.getFileName() + "-" + number);
    }

    /**
     * Does one operation that was staged; durable after {@link #sync()}.
     *
     * @param number its place among those that were staged, from 0
     * @throws FileSystemException if a directory on the way has become a link
     */
    void perform(int number, FileOperation operation) throws IOException {
        Path path = root.resolve(operation.path());
        requireBelowRoot(path.getParent());
        if (operation instanceof CreateEntry create) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(
                        path.toString(), null, "somebody else created it during the deployment");
            }
            place(create.after(), path, number);
        } else if (operation instanceof UpdateEntry update) {
            update(update, path, number);
        } else if (operation instanceof DeleteEntry) {
            Files.delete(path);
        }
        directoriesToSync.add(path.getParent());
    }

    /** Right before something is done there by its name: what was a directory when it was looked at may be a link by now. */
    private void requireBelowRoot(Path directory) throws IOException {
        if (!directory.toRealPath().equals(realRoot.resolve(root.relativize(directory)))) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "somebody put a link in its place during the deployment; find out who, and release again");
        }
    }

    /** Makes everything that was done durable. */
    void sync() throws IOException {
        DurableFiles.fsyncAll(filesToSync);
        filesToSync.clear();
        directoriesToSync.removeIf(directory -> !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS));
        DurableFiles.fsyncAll(directoriesToSync);
        directoriesToSync.clear();
    }

    private void update(UpdateEntry update, Path path, int number) throws IOException {
        ManifestEntry after = update.after();
        if (after instanceof DirectoryEntry directory) {
            writer.updateDirectory(directory, path);
            directoriesToSync.add(path);
        } else if (after instanceof FileEntry file && !staged.get(number)) {
            writer.updateFile(file, path);
            filesToSync.add(path);
        } else {
            place(after, path, number);
        }
    }

    private void place(ManifestEntry entry, Path path, int number) throws IOException {
        Path fresh;
        if (entry instanceof FileEntry) {
            fresh = stagedPath(number);
        } else if (entry instanceof SymlinkEntry link) {
            fresh = Files.createSymbolicLink(
                    store.newStagingPath(), path.getFileSystem().getPath(link.target()));
        } else {
            fresh = store.newStagingPath();
            writer.createOpenDirectory((DirectoryEntry) entry, fresh, nearestExisting(path));
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        if (entry instanceof DirectoryEntry directory) {
            if (!directory.mode().equals(directory.mode().opened())) {
                // A directory that its owner cannot write to could not be renamed.
                writer.updateDirectory(directory, path);
            }
            directoriesToSync.add(path);
        }
    }

    private boolean needsContent(FileOperation operation) throws IOException {
        if (operation instanceof UpdateEntry update
                && update.before().sameContent(withExecutableOf(update))
                && sameAttributes(update)) {
            // Attributes alone are changed in place, unless the file is somebody else's, who alone could do that.
            return !account.owns(FileStat.of(root.resolve(update.path())));
        }
        return true;
    }

    /** Extended attributes are set one by one, so a file with others is replaced: it has all of them or none at any time. */
    private static boolean sameAttributes(UpdateEntry update) {
        return !(update.before() instanceof FileEntry before && update.after() instanceof FileEntry after)
                || before.attributes().equals(after.attributes());
    }

    /** The wanted entry with the present mode, so that a change of the executable bit alone needs no content. */
    private static ManifestEntry withExecutableOf(UpdateEntry update) {
        return update.before() instanceof FileEntry before && update.after() instanceof FileEntry after
                ? new FileEntry(
                        after.path(), before.mode(), after.modified(), after.owner(), after.size(), after.content())
                : update.after();
    }

    private void requirePermitted(FileOperation operation) throws IOException {
        Path path = root.resolve(operation.path());
        Path directory = path.getParent();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && !account.owns(FileStat.of(directory))) {
            Preflight.requireWritable(directory);
            requireReplaceable(path, directory);
        }
        if (operation instanceof UpdateEntry update
                && update.after() instanceof DirectoryEntry wanted
                && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && !account.owns(FileStat.of(path))) {
            throw new RefusedException(
                    "The mode of " + path + " is to become " + wanted.mode()
                            + ", but the directory is not that of user " + System.getProperty("user.name"),
                    "Let that user own it, or deploy with the mode it has");
        }
    }

    /** In a sticky directory, such as /tmp, only a file's owner may replace or delete it. */
    private void requireReplaceable(Path path, Path directory) throws IOException {
        if (FileStat.of(directory).mode().sticky()
                && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && !account.owns(FileStat.of(path))) {
            throw new RefusedException(
                    path + " is not that of user " + System.getProperty("user.name")
                            + ", and its directory lets only owners replace their files",
                    "Let that user own it, or take the sticky bit from " + directory);
        }
    }

    /** The path itself or the nearest directory above it that is there, at most the root. */
    private Path nearestExisting(Path path) {
        Path candidate = path;
        while (!candidate.equals(root) && !Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
            candidate = candidate.getParent();
        }
        return candidate;
    }
}
