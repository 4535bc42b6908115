package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Owner;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;

/**
 * Writes entries to paths where nothing is yet, and sets their attributes. Owners are set if this process is root; then an
 * entry without an owner takes the one of what it stands in for. No link is followed, for whoever may write to the directory
 * may put one there at any time.
 */
final class EntryWriter {
    private final SnapshotStore store;
    private final Account account;

    EntryWriter(SnapshotStore store, Account account) {
        this.store = store;
        this.account = account;
    }

    /** Writes a file, verified but not synced. @param model an existing path whose owner a file without one takes */
    void writeFile(FileEntry entry, Path newFile, Path model) throws IOException {
        store.objects().copyTo(entry.content(), newFile);
        setOwner(newFile, entry.owner(), model);
        // Before the mode, which may forbid it.
        entry.attributes().writeTo(newFile);
        setModeAndTime(newFile, entry);
    }

    /** Creates a directory that its owner can write to, whatever the entry says. */
    void createOpenDirectory(DirectoryEntry entry, Path newDirectory, Path model) throws IOException {
        Files.createDirectory(newDirectory);
        setOwner(newDirectory, entry.owner(), model);
        setMode(newDirectory, entry.mode().opened());
    }

    /** Makes an existing file's attributes those of the entry; not synced. */
    void updateFile(FileEntry entry, Path file) throws IOException {
        setOwner(file, entry.owner(), file);
        setModeAndTime(file, entry);
    }

    /** Makes an existing directory's attributes those of the entry. */
    void updateDirectory(DirectoryEntry entry, Path directory) throws IOException {
        setOwner(directory, entry.owner(), directory);
        setMode(directory, entry.mode());
    }

    /** Before the mode: a change of owner clears set-user-id. */
    private void setOwner(Path path, Owner owner, Path model) throws IOException {
        if (!account.isRoot()) {
            return;
        }
        if (!owner.known()) {
            FileStat wanted = FileStat.of(model);
            FileStat found = FileStat.of(path);
            if (found.uid() != wanted.uid() || found.gid() != wanted.gid()) {
                Files.setAttribute(path, "unix:uid", wanted.uid(), LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", wanted.gid(), LinkOption.NOFOLLOW_LINKS);
            }
            return;
        }
        if (FileStat.of(path).owner(path).equals(owner)) {
            return;
        }
        UserPrincipalLookupService names = path.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(names.lookupPrincipalByName(owner.user()));
        view.setGroup(names.lookupPrincipalByGroupName(owner.group()));
    }

    private static void setModeAndTime(Path file, FileEntry entry) throws IOException {
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(FileTime.from(entry.modified()), null, null);
        setMode(file, entry.mode());
    }

    private static void setMode(Path path, FileMode mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode.bits(), LinkOption.NOFOLLOW_LINKS);
    }
}
