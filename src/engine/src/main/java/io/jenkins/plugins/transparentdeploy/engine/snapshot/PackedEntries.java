package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.Spool;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Entries sorted by path, in blocks of {@link #IN_A_BLOCK}: some 60 bytes each rather than some 220 as objects, and beyond a
 * MiB not in the heap. An entry becomes an object when it is asked for; going through them in order costs least. Immutable.
 */
final class PackedEntries extends AbstractList<ManifestEntry> {
    static final int IN_A_BLOCK = 16;

    private final Spool.Sealed blocks;
    private final long[] addresses;
    private final int size;
    private final OwnerTable owners;
    private final boolean withAttributes;
    /** Paths of the first entries of all blocks; null until somebody searches. */
    private volatile byte[][] firstPaths;

    PackedEntries(Spool.Sealed blocks, long[] addresses, int size, OwnerTable owners, boolean withAttributes) {
        this.blocks = blocks;
        this.addresses = addresses;
        this.size = size;
        this.owners = owners;
        this.withAttributes = withAttributes;
    }

    @Override
    public int size() {
        return size;
    }

    /** Whether some file has extended attributes. */
    boolean withAttributes() {
        return withAttributes;
    }

    @Override
    public ManifestEntry get(int number) {
        if (number < 0 || number >= size) {
            throw new IndexOutOfBoundsException(number);
        }
        Cursor cursor = cursor();
        cursor.moveTo(number);
        return cursor.entry();
    }

    /** What stands at this path. */
    Optional<ManifestEntry> find(String path) {
        byte[] spelled = EntryPath.bytesOf(path);
        int found = Arrays.binarySearch(firstPaths(), spelled, Arrays::compareUnsigned);
        // The last block that does not begin behind the path.
        int number = found >= 0 ? found : -found - 2;
        if (number >= 0) {
            EntryBlock.Reader block = block(number);
            while (block.next()) {
                int order = block.compareTo(spelled, spelled.length);
                if (order >= 0) {
                    return order == 0 ? Optional.of(block.entry(owners)) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private byte[][] firstPaths() {
        byte[][] paths = firstPaths;
        if (paths == null) {
            paths = new byte[addresses.length][];
            for (int i = 0; i < paths.length; i++) {
                EntryBlock.Reader block = block(i);
                block.next();
                paths[i] = Arrays.copyOf(block.path(), block.pathLength());
            }
            firstPaths = paths;
        }
        return paths;
    }

    private EntryBlock.Reader block(int number) {
        return new EntryBlock.Reader(blocks.read(addresses[number]));
    }

    @Override
    public Iterator<ManifestEntry> iterator() {
        Cursor cursor = cursor();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return cursor.number() + 1 < size;
            }

            @Override
            public ManifestEntry next() {
                if (!cursor.advance()) {
                    throw new NoSuchElementException();
                }
                return cursor.entry();
            }
        };
    }

    /** Before the first entry. */
    Cursor cursor() {
        return new Cursor();
    }

    /** A place among the entries. Not safe for concurrent use. */
    final class Cursor {
        private EntryBlock.Reader block;
        private int number = -1;

        /** Goes to the next entry; false if there is none. */
        boolean advance() {
            if (number + 1 >= size) {
                number = size;
                return false;
            }
            number++;
            if (number % IN_A_BLOCK == 0) {
                block = block(number / IN_A_BLOCK);
            }
            return block.next();
        }

        /** Goes to the entry with this number, from 0. */
        void moveTo(int wanted) {
            if (number < 0 || wanted < number || wanted / IN_A_BLOCK != number / IN_A_BLOCK) {
                block = block(wanted / IN_A_BLOCK);
                number = wanted / IN_A_BLOCK * IN_A_BLOCK;
                block.next();
            }
            for (; number < wanted; number++) {
                block.next();
            }
        }

        int number() {
            return number;
        }

        /** Whether it is neither before the first entry nor behind the last. */
        boolean isAtEntry() {
            return number >= 0 && number < size;
        }

        ManifestEntry entry() {
            return block.entry(owners);
        }

        /** Compares paths. */
        int comparePaths(Cursor other) {
            return block.compareTo(other.block.path(), other.block.pathLength());
        }

        /** Whether both surely are the same but for their paths; false if that is not known. */
        boolean sameForm(Cursor other, boolean ownersAgree) {
            return ownersAgree
                    && Arrays.equals(
                            block.bytes(),
                            block.form(),
                            block.form() + block.formLength(),
                            other.block.bytes(),
                            other.block.form(),
                            other.block.form() + other.block.formLength());
        }
    }

    /** For {@link Cursor#sameForm}. */
    boolean ownersAgreeWith(PackedEntries other) {
        return owners.agreesWith(other.owners);
    }
}
