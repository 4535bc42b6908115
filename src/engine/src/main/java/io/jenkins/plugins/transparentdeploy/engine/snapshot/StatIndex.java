package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Remembers the content of files by their stat, so that a second capture reads only what changed.
 *
 * <p>A file is trusted if size, modification time, change time and inode are what they were. As in git, a file whose
 * times are not older than the scan that saw it ("racily clean") is not remembered at all, because a later change might
 * leave its stat the same; {@code now} is therefore the filesystem's own clock, less a second for coarse timestamps.
 *
 * <p>It is a cache: losing it costs time, and one that cannot be read is taken for empty. The file is the magic number,
 * the entries, and the SHA-256 of all that.
 */
final class StatIndex {
    private static final int MAGIC = 0x54444931;
    private static final int DIGEST_BYTES = 32;
    private static final long COARSEST_TIMESTAMP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Entry(long size, long modified, long changed, long inode, ContentId content) {}

    private final Map<String, Entry> entries = new HashMap<>();

    /** Reads an index; an unreadable one is empty. */
    static StatIndex load(Path file) {
        StatIndex index = new StatIndex();
        try {
            byte[] all = Files.readAllBytes(file);
            int length = all.length - DIGEST_BYTES;
            if (length > 0 && digestOf(all, length).equals(spelled(all, length))) {
                index.parse(new DataInputStream(new ByteArrayInputStream(all, 0, length)));
            }
        } catch (IOException | IllegalArgumentException lost) {
            index.entries.clear();
        }
        return index;
    }

    /** The content of this file, if it surely has not changed since it was remembered. */
    Optional<ContentId> find(String path, FileStat stat) {
        Entry entry = entries.get(path);
        return entry != null && entry.equals(entryOf(stat, entry.content()))
                ? Optional.of(entry.content())
                : Optional.empty();
    }

    /**
     * Remembers a file, unless it is racily clean.
     *
     * @param now the filesystem's time when the scan began
     */
    void remember(String path, FileStat stat, ContentId content, FileTime now) {
        long limit = nanos(now) - COARSEST_TIMESTAMP_NANOS;
        if (nanos(stat.modified()) < limit && nanos(stat.changed()) < limit) {
            entries.put(path, entryOf(stat, content));
        }
    }

    boolean sameAs(StatIndex other) {
        return entries.equals(other.entries);
    }

    /** Replaces the file. Not synced: a torn index is an unreadable one. */
    void save(Path file, Path temporary) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeInt(entries.size());
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            byte[] path = named.getKey().getBytes(StandardCharsets.UTF_8);
            Entry entry = named.getValue();
            out.writeInt(path.length);
            out.write(path);
            out.writeLong(entry.size());
            out.writeLong(entry.modified());
            out.writeLong(entry.changed());
            out.writeLong(entry.inode());
            out.write(HexFormat.of().parseHex(entry.content().hex()));
        }
        byte[] body = bytes.toByteArray();
        out.write(Sha256.newDigest().digest(body));
        Files.write(temporary, bytes.toByteArray());
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void parse(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            return;
        }
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            byte[] path = in.readNBytes(in.readInt());
            long size = in.readLong();
            long modified = in.readLong();
            long changed = in.readLong();
            long inode = in.readLong();
            ContentId content = new ContentId(Sha256.spell(in.readNBytes(DIGEST_BYTES)));
            entries.put(new String(path, StandardCharsets.UTF_8), new Entry(size, modified, changed, inode, content));
        }
    }

    private static Entry entryOf(FileStat stat, ContentId content) {
        return new Entry(stat.size(), nanos(stat.modified()), nanos(stat.changed()), stat.inode(), content);
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    private static String digestOf(byte[] bytes, int length) {
        return Sha256.of(Arrays.copyOf(bytes, length));
    }

    private static String spelled(byte[] bytes, int from) {
        return Sha256.spell(Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
