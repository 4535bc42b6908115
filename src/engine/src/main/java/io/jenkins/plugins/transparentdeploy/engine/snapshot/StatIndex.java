package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Remembers the content of files by their stat, so that a second capture reads only what changed.
 *
 * <p>A file is trusted if size, modification time, change time and inode are what they were. As in git, a file whose
 * times are not older than the scan that saw it ("racily clean") is not remembered at all, because a later change might
 * leave its stat the same; {@code now} is therefore the filesystem's own clock, less a second for coarse timestamps.
 *
 * <p>It is a cache: losing it costs time, and one that cannot be read is taken for empty. The file, big-endian:
 *
 * <pre>
 * magic         4   TDI2
 * manifest     64   id and content root of the manifest that this makes; zeros if something is not remembered
 * bundles       4   number of names, each 2 bytes of length and UTF-8; -1 if some content may not be in the store
 * directories   4   number of directories, and for each
 *   path            2 bytes of length, UTF-8 relative to the root, empty for the root
 *   length      4   bytes that follow for this directory; for each of its files, links and directories
 *     name          2 bytes of length, UTF-8
 *     stat     32   size, modification time, change time (nanoseconds since 1970), inode; 8 bytes each
 *     owner     4   hash of the names of user and group, as Java hashes {@code user:group}
 *     content  32   id; zeros if it is no file
 * digest       32   SHA-256 of all before
 * </pre>
 *
 * The names are those of the bundles that were in the store when everything remembered was there: as long as they are still
 * there, so is that.
 */
final class StatIndex {
    static final int MAGIC = 0x54444932;
    static final int DIGEST_BYTES = 32;
    private static final int OWNER = 4 * Long.BYTES;
    private static final int CONTENT = OWNER + Integer.BYTES;
    private static final ContentId NONE = new ContentId("0".repeat(2 * ContentId.BYTES));
    private static final long COARSEST_TIMESTAMP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is remembered of one file. */
    private record Entry(long size, long modified, long changed, long inode, ContentId content) {
        static Entry of(FileStat stat, ContentId content) {
            return new Entry(stat.size(), nanos(stat.modified()), nanos(stat.changed()), stat.inode(), content);
        }

        boolean describes(FileStat stat) {
            return inode == stat.inode()
                    && size == stat.size()
                    && changed == nanos(stat.changed())
                    && modified == nanos(stat.modified());
        }
    }

    private final Map<String, ByteBuffer> directories = new HashMap<>();
    private final Set<String> bundles = new HashSet<>();
    private boolean allStored;
    private ContentId manifest = NONE;
    private ContentId contentRoot = NONE;

    /** Reads an index; an unreadable one is empty. */
    static StatIndex load(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > DIGEST_BYTES && size <= Integer.MAX_VALUE) {
                ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
                ByteBuffer body = all.slice(0, (int) size - DIGEST_BYTES);
                MessageDigest digest = Sha256.newDigest();
                digest.update(body.duplicate());
                ByteBuffer written = all.slice((int) size - DIGEST_BYTES, DIGEST_BYTES);
                if (written.equals(ByteBuffer.wrap(digest.digest()))) {
                    StatIndex index = new StatIndex();
                    index.parse(body);
                    return index;
                }
            }
        } catch (IOException | IllegalArgumentException | BufferUnderflowException lost) {
            return new StatIndex();
        }
        return new StatIndex();
    }

    /** The bundles with all that is remembered; empty if some of it may not be stored. */
    Optional<Set<String>> bundles() {
        return allStored ? Optional.of(bundles) : Optional.empty();
    }

    /** The id of the manifest of the tree, if it was like this all over; empty if something is not remembered. */
    Optional<ContentId> manifest() {
        return Optional.of(manifest).filter(id -> !id.equals(NONE));
    }

    /** The content root of that manifest. */
    RootHash contentRoot() {
        return new RootHash(contentRoot.hex());
    }

    /** What is remembered of the files in this directory. */
    Directory directory(String path) {
        ByteBuffer bytes = directories.get(path);
        return new Directory(bytes == null ? ByteBuffer.allocate(0) : bytes.duplicate());
    }

    /** The bytes of all directories, by their paths. */
    Map<String, ByteBuffer> directories() {
        return directories;
    }

    private void parse(ByteBuffer in) throws IOException {
        if (in.getInt() != MAGIC) {
            return;
        }
        manifest = ContentId.read(in, in.position());
        contentRoot = ContentId.read(in, in.position() + ContentId.BYTES);
        in.position(in.position() + 2 * ContentId.BYTES);
        int names = in.getInt();
        allStored = names >= 0;
        for (int i = 0; i < names; i++) {
            bundles.add(readString(in));
        }
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            String path = readString(in);
            int length = in.getInt();
            directories.put(path, in.slice(in.position(), length));
            in.position(in.position() + length);
        }
    }

    private static String readString(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xffff];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    /** One directory of an index. Not safe for concurrent use. */
    static final class Directory {
        private final ByteBuffer bytes;
        private final Map<String, Entry> files = new HashMap<>();

        private Directory(ByteBuffer bytes) {
            this.bytes = bytes;
            ByteBuffer in = bytes.duplicate();
            while (in.hasRemaining()) {
                String name = readString(in);
                int at = in.position();
                files.put(
                        name,
                        new Entry(
                                in.getLong(at),
                                in.getLong(at + 8),
                                in.getLong(at + 16),
                                in.getLong(at + 24),
                                ContentId.read(in, at + CONTENT)));
                in.position(at + CONTENT + ContentId.BYTES);
            }
        }

        /** The content of this file, if it surely has not changed since it was remembered. */
        Optional<ContentId> find(String name, FileStat stat) {
            Entry entry = files.get(name);
            return entry != null && entry.describes(stat) && !entry.content().equals(NONE)
                    ? Optional.of(entry.content())
                    : Optional.empty();
        }

        /** Its bytes in the index. */
        ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }

    /** What a scan finds in one directory, in the order in which it looks. Not safe for concurrent use. */
    static final class NewDirectory {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);
        private final long limit;
        private boolean complete = true;

        /** @param now the filesystem's time when the scan began */
        NewDirectory(FileTime now) {
            this.limit = nanos(now) - COARSEST_TIMESTAMP_NANOS;
        }

        /** Remembers a link or a directory, unless it is racily clean. */
        void remember(String name, FileStat stat, Owner owner) throws IOException {
            remember(name, stat, owner, NONE);
        }

        /** Remembers a file, unless it is racily clean. */
        void remember(String name, FileStat stat, Owner owner, ContentId content) throws IOException {
            long modified = nanos(stat.modified());
            long changed = nanos(stat.changed());
            if (modified >= limit || changed >= limit) {
                complete = false;
                return;
            }
            byte[] spelled = name.getBytes(StandardCharsets.UTF_8);
            out.writeShort(spelled.length);
            out.write(spelled);
            ByteBuffer fixed = ByteBuffer.allocate(CONTENT + ContentId.BYTES);
            fixed.putLong(stat.size()).putLong(modified).putLong(changed).putLong(stat.inode());
            fixed.putInt(owner.toString().hashCode());
            content.writeTo(fixed);
            out.write(fixed.array());
        }

        /** Whether everything was remembered. */
        boolean isComplete() {
            return complete;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
