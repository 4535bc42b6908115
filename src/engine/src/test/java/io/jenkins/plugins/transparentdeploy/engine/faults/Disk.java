package io.jenkins.plugins.transparentdeploy.engine.faults;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small filesystem in memory: what a directory held, and what became of it. */
final class Disk {
    static final int ROOT = 0;

    private final Map<Integer, DiskNode> nodes = new HashMap<>();

    static Disk read(Path root) throws IOException {
        Disk disk = new Disk();
        disk.readNode(root, new HashMap<>());
        return disk;
    }

    Disk copy() {
        Disk copy = new Disk();
        nodes.forEach((number, node) -> copy.nodes.put(number, node.copy()));
        return copy;
    }

    DiskNode node(int number) {
        return nodes.get(number);
    }

    int nextNumber() {
        return nodes.size();
    }

    /** The node under this path; every part but the last is a directory and no link. */
    DiskNode find(Path relative) {
        DiskNode node = nodes.get(ROOT);
        for (Path name : relative) {
            if (!name.toString().isEmpty()) {
                Integer child = node.children().get(name.toString());
                if (child == null) {
                    return null;
                }
                node = nodes.get(child);
            }
        }
        return node;
    }

    DiskNode find(String relative) {
        return find(Path.of(relative));
    }

    /** Applies a change; names that a change would need may be missing when changes before it were lost. */
    void apply(DiskOperation operation) {
        if (operation instanceof DiskOperation.Create create) {
            nodes.put(create.node().number, create.node().copy());
            nodes.get(create.directory()).children().put(create.name(), create.node().number);
        } else if (operation instanceof DiskOperation.Link link) {
            nodes.get(link.directory()).children().put(link.name(), link.node());
        } else if (operation instanceof DiskOperation.Unlink unlink) {
            nodes.get(unlink.directory()).children().remove(unlink.name());
        } else if (operation instanceof DiskOperation.Write write) {
            nodes.get(write.node()).write(write.offset(), write.bytes(), write.modified());
        } else if (operation instanceof DiskOperation.Truncate truncate) {
            nodes.get(truncate.node()).truncate(truncate.size());
        } else if (operation instanceof DiskOperation.SetAttributes set) {
            nodes.get(set.node()).attributes(set.attributes());
        } else if (operation instanceof DiskOperation.Rename rename) {
            nodes.get(rename.from()).children().remove(rename.fromName(), rename.node());
            nodes.get(rename.to()).children().put(rename.toName(), rename.node());
        }
    }

    /** A node that is known although no name leads to it. */
    void know(DiskNode node) {
        nodes.putIfAbsent(node.number, node.copy());
    }

    /** Writes it all into an empty directory. */
    void writeTo(Path root) throws IOException {
        writeChildren(nodes.get(ROOT), root, new HashMap<>());
    }

    /** Equal for equal names, contents and modes. */
    String fingerprint() {
        MessageDigest digest = Sha256.newDigest();
        fingerprint(nodes.get(ROOT), digest);
        return Sha256.spell(digest.digest());
    }

    /** Of what is below one name in the root. */
    String fingerprint(String name) {
        MessageDigest digest = Sha256.newDigest();
        fingerprint(find(name), digest);
        return Sha256.spell(digest.digest());
    }

    /** Paths of all regular files, relative to the root. */
    List<String> files() {
        List<String> files = new ArrayList<>();
        collect(nodes.get(ROOT), "", files);
        return files;
    }

    private void collect(DiskNode directory, String prefix, List<String> files) {
        directory.children().forEach((name, number) -> {
            DiskNode child = nodes.get(number);
            if (child.kind == DiskNode.Kind.FILE) {
                files.add(prefix + name);
            }
            collect(child, prefix + name + "/", files);
        });
    }

    private int readNode(Path path, Map<Object, Integer> known) throws IOException {
        Object key = Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        if (known.containsKey(key)) {
            return known.get(key);
        }
        DiskNode node = DiskNode.read(nextNumber(), path);
        nodes.put(node.number, node);
        known.put(key, node.number);
        if (node.kind == DiskNode.Kind.DIRECTORY) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    node.children().put(child.getFileName().toString(), readNode(child, known));
                }
            }
        }
        return node.number;
    }

    private void writeChildren(DiskNode directory, Path to, Map<Integer, Path> written) throws IOException {
        for (Map.Entry<String, Integer> child : directory.children().entrySet()) {
            Path path = to.resolve(child.getKey());
            DiskNode node = nodes.get(child.getValue());
            if (written.containsKey(node.number)) {
                Files.createLink(path, written.get(node.number));
                continue;
            }
            switch (node.kind) {
                case FILE -> Files.write(path, node.content());
                case LINK ->
                    Files.createSymbolicLink(
                            path, path.getFileSystem().getPath(new String(node.content(), StandardCharsets.UTF_8)));
                case DIRECTORY -> writeChildren(node, Files.createDirectory(path), written);
            }
            if (node.kind == DiskNode.Kind.FILE) {
                written.put(node.number, path);
            }
            if (node.kind != DiskNode.Kind.LINK) {
                Files.setLastModifiedTime(path, node.attributes().modified());
                Files.setAttribute(path, "unix:mode", node.attributes().mode());
            }
        }
    }

    private void fingerprint(DiskNode node, MessageDigest digest) {
        digest.update((node.kind + " " + node.attributes().mode() + " " + node.content().length + "\n")
                .getBytes(StandardCharsets.UTF_8));
        digest.update(node.content());
        node.children().forEach((name, number) -> {
            digest.update((name.length() + " " + name).getBytes(StandardCharsets.UTF_8));
            fingerprint(nodes.get(number), digest);
        });
        digest.update((byte) ')');
    }
}
