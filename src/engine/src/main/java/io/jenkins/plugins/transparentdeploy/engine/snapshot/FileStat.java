package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What {@code lstat} says.
 *
 * @param rawMode type and permission bits
 * @param size bytes
 * @param modified modification time
 * @param changed status change time, which no program can set
 * @param inode number of the file on its device
 * @param device number of the filesystem
 * @param uid number of the user
 * @param gid number of the group
 */
public record FileStat(
        int rawMode, long size, FileTime modified, FileTime changed, long inode, long device, int uid, int gid) {
    private static final int TYPE_MASK = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int SYMLINK = 0120000;

    private record Ids(int uid, int gid) {}

    private static final Map<Ids, Owner> OWNERS = new ConcurrentHashMap<>();

    /** Of the file itself; a link is not followed. */
    public static FileStat of(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(
                path, "unix:mode,size,lastModifiedTime,ctime,ino,dev,uid,gid", LinkOption.NOFOLLOW_LINKS);
        return new FileStat(
                (Integer) attributes.get("mode"),
                (Long) attributes.get("size"),
                (FileTime) attributes.get("lastModifiedTime"),
                (FileTime) attributes.get("ctime"),
                (Long) attributes.get("ino"),
                (Long) attributes.get("dev"),
                (Integer) attributes.get("uid"),
                (Integer) attributes.get("gid"));
    }

    public boolean isDirectory() {
        return (rawMode & TYPE_MASK) == DIRECTORY;
    }

    public boolean isRegularFile() {
        return (rawMode & TYPE_MASK) == REGULAR;
    }

    public boolean isSymlink() {
        return (rawMode & TYPE_MASK) == SYMLINK;
    }

    /** The permission bits. */
    public FileMode mode() {
        return FileMode.ofRaw(rawMode);
    }

    /** Names of user and group of the file at this path, whose stat this is; looked up once per pair of numbers. */
    public Owner owner(Path path) throws IOException {
        Ids ids = new Ids(uid, gid);
        Owner known = OWNERS.get(ids);
        if (known != null) {
            return known;
        }
        Map<String, Object> names = Files.readAttributes(path, "unix:uid,gid,owner,group", LinkOption.NOFOLLOW_LINKS);
        Owner owner =
                new Owner(names.get("owner").toString(), names.get("group").toString());
        // The file may have been given away since it was looked at: the names are those of the numbers read with them.
        OWNERS.put(new Ids((Integer) names.get("uid"), (Integer) names.get("gid")), owner);
        return owner;
    }
}
