package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A file, a directory or a symbolic link, in memory; its names are in the directories that hold it. */
final class DiskNode {
    enum Kind {
        FILE,
        DIRECTORY,
        LINK
    }

    /** What is kept of a file besides its content. */
    record Attributes(int mode, FileTime modified, int uid, int gid) {
        static Attributes of(Path path) throws IOException {
            Map<String, Object> found =
                    Files.readAttributes(path, "unix:mode,lastModifiedTime,uid,gid", LinkOption.NOFOLLOW_LINKS);
            return new Attributes(
                    (Integer) found.get("mode") & 07777,
                    (FileTime) found.get("lastModifiedTime"),
                    (Integer) found.get("uid"),
                    (Integer) found.get("gid"));
        }
    }

    final int number;
    final Kind kind;
    private Attributes attributes;
    private byte[] content;
    private final TreeMap<String, Integer> children = new TreeMap<>();

    /** @param content of a file; of a link, where it leads to */
    DiskNode(int number, Kind kind, Attributes attributes, byte[] content) {
        this.number = number;
        this.kind = kind;
        this.attributes = attributes;
        this.content = content;
    }

    static DiskNode read(int number, Path path) throws IOException {
        Attributes attributes = Attributes.of(path);
        if (Files.isSymbolicLink(path)) {
            byte[] target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
            return new DiskNode(number, Kind.LINK, attributes, target);
        }
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                ? new DiskNode(number, Kind.DIRECTORY, attributes, new byte[0])
                : new DiskNode(number, Kind.FILE, attributes, Files.readAllBytes(path));
    }

    DiskNode copy() {
        DiskNode copy = new DiskNode(number, kind, attributes, content);
        copy.children.putAll(children);
        return copy;
    }

    Attributes attributes() {
        return attributes;
    }

    void attributes(Attributes changed) {
        attributes = changed;
    }

    byte[] content() {
        return content;
    }

    /** Names and numbers of what is in this directory; changes go through. */
    TreeMap<String, Integer> children() {
        return children;
    }

    /** A hole before the offset reads as zeros. */
    void write(long offset, byte[] bytes, FileTime modified) {
        int from = Math.toIntExact(offset);
        content = Arrays.copyOf(content, Math.max(content.length, from + bytes.length));
        System.arraycopy(bytes, 0, content, from, bytes.length);
        attributes = new Attributes(attributes.mode(), modified, attributes.uid(), attributes.gid());
    }

    void truncate(long size) {
        if (size < content.length) {
            content = Arrays.copyOf(content, Math.toIntExact(size));
        }
    }
}
