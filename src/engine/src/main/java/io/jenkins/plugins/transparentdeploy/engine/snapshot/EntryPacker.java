package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Spool;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Packs entries that come in the order of their paths. Not safe for concurrent use. */
final class EntryPacker implements Closeable {
    private final OwnerTable owners;
    private final Spool blocks = new Spool();
    private final EntryBlock.Writer block = new EntryBlock.Writer();
    private final ByteSink form = new ByteSink(256);
    private long[] addresses = new long[16];
    private int blockCount;
    private int size;
    private boolean withAttributes;

    private byte[] previous = new byte[0];
    /** The directory that the last path is in, with a slash at its end; empty for the root. */
    private byte[] parent = new byte[0];
    /** Directories in which there may be more, each with a slash at its end; the next one on top. */
    private final Deque<byte[]> open = new ArrayDeque<>();

    EntryPacker() {
        this(new OwnerTable());
    }

    /** @param owners whose numbers are in what is given to {@link #addUnchecked} */
    EntryPacker(OwnerTable owners) {
        this.owners = owners;
    }

    /**
     * Adds an entry.
     *
     * @throws IllegalArgumentException if its path is not behind the one before, or its parent is missing or no directory
     */
    void add(ManifestEntry entry) throws IOException {
        byte[] path = EntryPath.bytesOf(entry.path());
        requireInOrder(entry.path(), path);
        requireParent(entry.path(), path);
        if (entry instanceof DirectoryEntry) {
            byte[] directory = Arrays.copyOf(path, path.length + 1);
            directory[path.length] = '/';
            dropPassed(path);
            open.push(directory);
        }
        previous = path;
        form.cutTo(0);
        EntryForm.write(entry, owners, form);
        add(path, path.length, form.bytes(), 0, form.length());
    }

    private void requireInOrder(String path, byte[] spelled) {
        int order = size == 0 ? -1 : Arrays.compareUnsigned(previous, spelled);
        if (order == 0) {
            throw new IllegalArgumentException("The path '" + path + "' occurs twice");
        }
        if (order > 0) {
            throw new IllegalArgumentException("The path '" + path + "' is not in its place: '"
                    + new String(previous, StandardCharsets.UTF_8) + "' comes behind it");
        }
    }

    private void requireParent(String path, byte[] spelled) {
        int length = spelled.length;
        while (length > 0 && spelled[length - 1] != '/') {
            length--;
        }
        if (length == 0 || length == parent.length && startsWith(spelled, parent)) {
            return;
        }
        dropPassed(spelled);
        for (byte[] directory : open) {
            if (directory.length == length && startsWith(spelled, directory)) {
                parent = directory;
                return;
            }
        }
        throw new IllegalArgumentException("The path '" + path + "' is not in a directory: '"
                + new String(spelled, 0, length - 1, StandardCharsets.UTF_8) + "' is none");
    }

    /** Forgets directories in which nothing can be at this path or behind it. */
    private void dropPassed(byte[] path) {
        while (!open.isEmpty() && !startsWith(path, open.peek()) && Arrays.compareUnsigned(open.peek(), path) < 0) {
            open.pop();
        }
    }

    private static boolean startsWith(byte[] path, byte[] beginning) {
        return path.length >= beginning.length
                && Arrays.equals(path, 0, beginning.length, beginning, 0, beginning.length);
    }

    /** Adds the entry at which a reader is, of whose order and parent the caller is sure. */
    void addUnchecked(EntryBlock.Reader reader) throws IOException {
        add(reader.path(), reader.pathLength(), reader.bytes(), reader.form(), reader.formLength());
    }

    private void add(byte[] path, int pathLength, byte[] formBytes, int formOffset, int formLength) throws IOException {
        block.add(path, pathLength, formBytes, formOffset, formLength);
        withAttributes |= EntryForm.hasAttributes(formBytes, formOffset);
        size = Math.incrementExact(size);
        if (block.count() == PackedEntries.IN_A_BLOCK) {
            endBlock();
        }
    }

    private void endBlock() throws IOException {
        if (blockCount == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * blockCount);
        }
        addresses[blockCount++] = blocks.append(block.bytes(), 0, block.length());
        block.clear();
    }

    /** All of them. */
    PackedEntries pack() throws IOException {
        if (block.count() > 0) {
            endBlock();
        }
        return new PackedEntries(blocks.seal(), Arrays.copyOf(addresses, blockCount), size, owners, withAttributes);
    }

    @Override
    public void close() throws IOException {
        blocks.close();
    }
}
