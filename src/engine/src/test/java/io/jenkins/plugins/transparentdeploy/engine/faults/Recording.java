package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a disk was at first, and every change to it since. Called with the changes already made. */
final class Recording {
    private final Path root;
    private final Disk first;
    private final Disk now;
    private final List<DiskOperation> operations = new ArrayList<>();

    private Recording(Path root, Disk first) {
        this.root = root;
        this.first = first;
        this.now = first.copy();
    }

    /** All that is below the root now counts as durable. */
    static Recording of(Path root) throws IOException {
        return new Recording(root, Disk.read(root));
    }

    Disk first() {
        return first;
    }

    synchronized List<DiskOperation> operations() {
        return List.copyOf(operations);
    }

    synchronized void acknowledge(Acknowledgement what) {
        operations.add(new DiskOperation.Acknowledged(what));
    }

    /** The number of what this path leads to now. */
    synchronized int numberOf(Path real) throws IOException {
        DiskNode node = now.find(root.relativize(real.toRealPath()));
        if (node == null) {
            throw new IllegalStateException("Something unrecorded made " + real);
        }
        return node.number;
    }

    synchronized void created(Path real) throws IOException {
        DiskNode node = DiskNode.read(now.nextNumber(), real);
        add(new DiskOperation.Create(directoryOf(real), nameOf(real), node));
    }

    synchronized void linked(Path real, Path existing) throws IOException {
        add(new DiskOperation.Link(directoryOf(real), nameOf(real), numberOf(existing)));
    }

    synchronized void unlinked(Path real) throws IOException {
        add(new DiskOperation.Unlink(directoryOf(real), nameOf(real)));
    }

    synchronized void renamed(Path from, Path to) throws IOException {
        int directory = directoryOf(from);
        int node = now.node(directory).children().get(nameOf(from));
        add(new DiskOperation.Rename(directory, nameOf(from), directoryOf(to), nameOf(to), node));
    }

    synchronized void written(int node, long offset, byte[] bytes) {
        add(new DiskOperation.Write(node, offset, bytes, FileTime.fromMillis(System.currentTimeMillis())));
    }

    synchronized void truncated(int node, long size) {
        add(new DiskOperation.Truncate(node, size));
    }

    synchronized void attributesSet(Path real, boolean followed) throws IOException {
        Path path = followed ? real.toRealPath() : real;
        DiskNode node = now.find(root.relativize(path.getParent().toRealPath().resolve(path.getFileName())));
        add(new DiskOperation.SetAttributes(node.number, DiskNode.Attributes.of(path)));
    }

    synchronized void synced(int node) {
        add(new DiskOperation.Sync(node));
    }

    synchronized void syncFailed(int node) {
        add(new DiskOperation.FailedSync(node));
    }

    private void add(DiskOperation operation) {
        now.apply(operation);
        operations.add(operation);
    }

    private int directoryOf(Path real) throws IOException {
        return numberOf(real.getParent());
    }

    private static String nameOf(Path real) {
        return real.getFileName().toString();
    }
}
