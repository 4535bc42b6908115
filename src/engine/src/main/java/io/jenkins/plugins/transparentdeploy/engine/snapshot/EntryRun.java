package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Spool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The entries of one directory on their way into a spool, in the order of their names. Used by one thread. */
final class EntryRun {
    private static final int LARGEST_BLOCK = 1 << 16;

    private final Spool spool;
    private final EntryBlock.Writer block = new EntryBlock.Writer();
    private final ByteSink form = new ByteSink(64);
    private final ByteSink path = new ByteSink(128);
    private final int prefixLength;
    private byte[] name = new byte[0];
    private long[] addresses = new long[0];

    /** @param prefix of all paths in it: empty for the root, else ends with a slash */
    EntryRun(String prefix, Spool spool) {
        this.spool = spool;
        byte[] spelled = prefix.getBytes(StandardCharsets.UTF_8);
        path.put(spelled, 0, spelled.length);
        this.prefixLength = spelled.length;
    }

    /** Says the name of what is added next. */
    EntryRun at(String next) {
        name = EntryPath.bytesOf(next);
        path.cutTo(prefixLength);
        path.put(name, 0, name.length);
        return this;
    }

    /** That name, in UTF-8. */
    byte[] name() {
        return name;
    }

    /** Whether its path is one that a manifest may have. */
    boolean fits() {
        return path.length() <= EntryPath.MAX_PATH_BYTES;
    }

    void addDirectory(FileMode mode, int owner) throws IOException {
        form.cutTo(0);
        EntryForm.writeDirectory(mode, owner, form);
        add();
    }

    void addSymlink(String target) throws IOException {
        form.cutTo(0);
        EntryForm.writeSymlink(target, form);
        add();
    }

    void addFile(FileStat stat, int owner, ContentId content, Attributes attributes) throws IOException {
        form.cutTo(0);
        EntryForm.writeFile(stat.mode(), stat.modified().toInstant(), owner, stat.size(), content, attributes, form);
        add();
    }

    private void add() throws IOException {
        block.add(path.bytes(), path.length(), form.bytes(), 0, form.length());
        if (block.length() >= LARGEST_BLOCK) {
            endBlock();
        }
    }

    private void endBlock() throws IOException {
        addresses = Arrays.copyOf(addresses, addresses.length + 1);
        addresses[addresses.length - 1] = spool.append(block.bytes(), 0, block.length());
        block.clear();
    }

    /** Where its blocks are. */
    long[] end() throws IOException {
        if (block.count() > 0) {
            endBlock();
        }
        return addresses;
    }
}
