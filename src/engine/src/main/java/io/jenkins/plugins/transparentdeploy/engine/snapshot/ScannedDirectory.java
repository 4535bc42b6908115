package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Spool;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** What a scan found in a directory: its entries are spooled, and put in order once all are there. Small. */
final class ScannedDirectory {
    static final ScannedDirectory EMPTY = new ScannedDirectory(new long[0], new ScannedDirectory[0], true, false);

    private final long[] blocks;
    private final ScannedDirectory[] below;
    private final boolean managed;
    private final boolean unmanaged;

    /**
     * @param blocks addresses of its {@link EntryBlock}s
     * @param below for each of its entries that is a directory, in their order
     * @param managed whether something managed is in it, at whatever depth, or nothing at all
     * @param unmanaged whether something is in it, at whatever depth, that is not managed
     */
    ScannedDirectory(long[] blocks, ScannedDirectory[] below, boolean managed, boolean unmanaged) {
        this.blocks = blocks;
        this.below = below;
        this.managed = managed;
        this.unmanaged = unmanaged;
    }

    boolean managed() {
        return managed;
    }

    boolean unmanaged() {
        return unmanaged;
    }

    /** The tree of which this is the root. */
    Manifest manifest(Spool.Sealed spooled, OwnerTable owners) throws IOException {
        try (EntryPacker packer = new EntryPacker(owners)) {
            addTo(packer, spooled);
            return new Manifest(packer.pack());
        }
    }

    /** A directory whose entry is packed, and what is in it not yet. */
    private record Pending(byte[] prefix, ScannedDirectory content) {}

    /**
     * What is in {@code a} comes behind {@code a-b}, for a slash is behind a hyphen. Of directories that wait for that, each
     * one's name begins with those that wait longer, so what is in the last one comes first.
     */
    private void addTo(EntryPacker packer, Spool.Sealed spooled) throws IOException {
        Deque<Pending> pending = new ArrayDeque<>();
        int directories = 0;
        for (long address : blocks) {
            EntryBlock.Reader reader = new EntryBlock.Reader(spooled.read(address));
            while (reader.next()) {
                while (!pending.isEmpty()
                        && reader.compareTo(
                                        pending.peek().prefix(), pending.peek().prefix().length)
                                > 0) {
                    pending.pop().content().addTo(packer, spooled);
                }
                packer.addUnchecked(reader);
                if (reader.isDirectory()) {
                    byte[] prefix = Arrays.copyOf(reader.path(), reader.pathLength() + 1);
                    prefix[reader.pathLength()] = '/';
                    pending.push(new Pending(prefix, below[directories++]));
                }
            }
        }
        while (!pending.isEmpty()) {
            pending.pop().content().addTo(packer, spooled);
        }
    }
}
