package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Remembers the content of files by their stat, so that a second capture reads only what changed.
 *
 * <p>A file is trusted if size, modification time, change time and inode are what they were. As in git, a file whose
 * times are not older than the scan that saw it ("racily clean") is not remembered at all, because a later change might
 * leave its stat the same; {@code now} is therefore the filesystem's own clock, less a second for coarse timestamps.
 *
 * <p>An index of another boot is empty: when a machine loses its power, a file may come back with the times of its last change
 * and not yet the content, because nobody syncs what an application writes.
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
 * digest       32   SHA-256 of all before, and of the kernel's id of the boot in which it was written
 * </pre>
 *
 * A very large directory is there in several pieces, in any order, each as if it were a directory.
 *
 * <p>The names are those of the bundles that were in the store when everything remembered was there: as long as they are still
 * there, so is that.
 */
final class StatIndex {
    static final int MAGIC = 0x54444932;
    static final int DIGEST_BYTES = 32;
    /** Names the time since the machine was started; empty where the kernel does not tell. */
    static final byte[] BOOT = boot();

    private static final int OWNER = 4 * Long.BYTES;
    private static final int CONTENT = OWNER + Integer.BYTES;
    private static final ContentId NONE = new ContentId("0".repeat(2 * ContentId.BYTES));
    private static final int PIECE = 4 << 20;
    private static final long COARSEST_TIMESTAMP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** In the order of the file: where each directory begins. */
    private int[] starts = new int[0];
    /** By hash of the path, open addressing: numbers of directories from 1, 0 for none. A power of two. */
    private int[] slots = new int[1];

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private final Set<String> bundles = new HashSet<>();
    private boolean allStored;
    private ContentId manifest = NONE;
    private ContentId contentRoot = NONE;

    /** Reads an index; an unreadable one is empty, and so is one of another boot. */
    static StatIndex load(Path file) {
        return load(file, BOOT);
    }

    static StatIndex load(Path file, byte[] boot) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > DIGEST_BYTES && size <= Integer.MAX_VALUE) {
                ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
                ByteBuffer body = all.slice(0, (int) size - DIGEST_BYTES);
                MessageDigest digest = Sha256.newDigest();
                digest.update(body.duplicate());
                digest.update(boot);
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

    /** How many directories are remembered, each piece counted. */
    int size() {
        return starts.length;
    }

    /** What is remembered of the files in this directory. */
    Directory directory(String path) {
        byte[] spelled = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer wanted = ByteBuffer.wrap(spelled);
        List<Integer> pieces = new ArrayList<>(1);
        for (int slot = hash(wanted); slots[slot & slots.length - 1] != 0; slot++) {
            int number = slots[slot & slots.length - 1] - 1;
            if (pathOf(number).equals(wanted)) {
                pieces.add(number);
            }
        }
        return new Directory(pieces);
    }

    /** All that is written of the directory, or piece, with this number. */
    byte[] record(int number) {
        ByteBuffer content = contentOf(number);
        byte[] record = new byte[Short.BYTES + pathOf(number).remaining() + Integer.BYTES + content.remaining()];
        bytes.get(starts[number], record);
        return record;
    }

    private ByteBuffer pathOf(int number) {
        return bytes.slice(starts[number] + Short.BYTES, bytes.getShort(starts[number]) & 0xffff);
    }

    private ByteBuffer contentOf(int number) {
        int length = starts[number] + Short.BYTES + (bytes.getShort(starts[number]) & 0xffff);
        return bytes.slice(length + Integer.BYTES, bytes.getInt(length));
    }

    private static int hash(ByteBuffer path) {
        int hash = 0;
        for (int i = path.position(); i < path.limit(); i++) {
            hash = 31 * hash + path.get(i);
        }
        return hash ^ hash >>> 16;
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
        int[] found = new int[Math.min(count, in.remaining() / (Short.BYTES + Integer.BYTES))];
        int[] table = new int[Integer.highestOneBit(Math.max(1, found.length)) * 4];
        bytes = in;
        starts = found;
        for (int i = 0; i < found.length; i++) {
            found[i] = in.position();
            in.position(in.position() + Short.BYTES + (in.getShort(in.position()) & 0xffff));
            int length = in.getInt();
            in.position(in.position() + length);
            int slot = hash(pathOf(i));
            while (table[slot & table.length - 1] != 0) {
                slot++;
            }
            table[slot & table.length - 1] = i + 1;
        }
        slots = table;
    }

    private static byte[] boot() {
        try {
            return Files.readAllBytes(Path.of("/proc/sys/kernel/random/boot_id"));
        } catch (IOException untold) {
            return new byte[0];
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

    /** One directory of an index, read from its beginning to its end. Not safe for concurrent use. */
    final class Directory {
        /** The numbers of its pieces in the index; none if it is not in there. */
        private final List<Integer> pieces;

        private int piece;
        private ByteBuffer bytes;
        private int at;

        private Directory(List<Integer> pieces) {
            this.pieces = pieces;
            this.bytes = pieces.isEmpty() ? ByteBuffer.allocate(0) : contentOf(pieces.get(0));
        }

        /**
         * The content of this file, if it surely has not changed since it was remembered.
         *
         * @param name in UTF-8, not before the one that was asked for last
         */
        Optional<ContentId> find(byte[] name, FileStat stat) {
            while (at < bytes.limit() || nextPiece()) {
                int length = bytes.getShort(at) & 0xffff;
                int order = compare(at + Short.BYTES, length, name);
                int entry = at + Short.BYTES + length;
                if (order >= 0) {
                    return order == 0 && describes(entry, stat) ? contentAt(entry) : Optional.empty();
                }
                at = entry + CONTENT + ContentId.BYTES;
            }
            return Optional.empty();
        }

        private boolean nextPiece() {
            if (piece + 1 >= pieces.size()) {
                return false;
            }
            bytes = contentOf(pieces.get(++piece));
            at = 0;
            return bytes.hasRemaining();
        }

        private int compare(int from, int length, byte[] name) {
            for (int i = 0; i < Math.min(length, name.length); i++) {
                if (bytes.get(from + i) != name[i]) {
                    return Byte.compareUnsigned(bytes.get(from + i), name[i]);
                }
            }
            return Integer.compare(length, name.length);
        }

        private boolean describes(int entry, FileStat stat) {
            return bytes.getLong(entry + 24) == stat.inode()
                    && bytes.getLong(entry) == stat.size()
                    && bytes.getLong(entry + 16) == nanos(stat.changed())
                    && bytes.getLong(entry + 8) == nanos(stat.modified());
        }

        private Optional<ContentId> contentAt(int entry) {
            ContentId content = ContentId.read(bytes, entry + CONTENT);
            return content.equals(NONE) ? Optional.empty() : Optional.of(content);
        }

        /** The number of the piece in which the same is remembered as was found; empty if there is none. */
        OptionalInt pieceLike(NewDirectory found) {
            return found.pieces < pieces.size()
                            && contentOf(pieces.get(found.pieces))
                                    .equals(ByteBuffer.wrap(found.bytes.bytes(), 0, found.bytes.length()))
                    ? OptionalInt.of(pieces.get(found.pieces))
                    : OptionalInt.empty();
        }
    }

    /** What a scan finds in one directory, in the order in which it looks. Not safe for concurrent use. */
    static final class NewDirectory {
        private final ByteSink bytes = new ByteSink(512);
        private final long limit;
        private boolean complete = true;
        /** How many pieces were taken away. */
        private int pieces;

        private Owner lastOwner = Owner.UNKNOWN;
        private int lastOwnerHash = Owner.UNKNOWN.toString().hashCode();

        /** @param now the filesystem's time when the scan began */
        NewDirectory(FileTime now) {
            this.limit = nanos(now) - COARSEST_TIMESTAMP_NANOS;
        }

        /** Remembers a link or a directory, unless it is racily clean. */
        void remember(byte[] name, FileStat stat, Owner owner) {
            remember(name, stat, owner, NONE);
        }

        /** Remembers a file, unless it is racily clean. @param name in UTF-8, behind the one before */
        void remember(byte[] name, FileStat stat, Owner owner, ContentId content) {
            long modified = nanos(stat.modified());
            long changed = nanos(stat.changed());
            if (modified >= limit || changed >= limit) {
                complete = false;
                return;
            }
            bytes.int16(name.length);
            bytes.put(name, 0, name.length);
            bytes.int64(stat.size());
            bytes.int64(modified);
            bytes.int64(changed);
            bytes.int64(stat.inode());
            if (!owner.equals(lastOwner)) {
                lastOwner = owner;
                lastOwnerHash = owner.toString().hashCode();
            }
            bytes.int32(lastOwnerHash);
            bytes.id(content);
        }

        /** Whether there is enough for a piece. */
        boolean isFull() {
            return bytes.length() >= PIECE;
        }

        /** Begins the next piece. */
        void clear() {
            bytes.cutTo(0);
            pieces++;
        }

        /** Whether everything was remembered. */
        boolean isComplete() {
            return complete;
        }

        /** All that is written of it. */
        ByteSink record(String path) {
            byte[] spelled = path.getBytes(StandardCharsets.UTF_8);
            ByteSink record = new ByteSink(Short.BYTES + spelled.length + Integer.BYTES + bytes.length());
            record.int16(spelled.length);
            record.put(spelled, 0, spelled.length);
            record.int32(bytes.length());
            record.put(bytes.bytes(), 0, bytes.length());
            return record;
        }
    }
}
