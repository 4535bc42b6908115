package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Entries one after the other, sorted by path, as bytes in memory: of each path only what it does not share with the one
 * before. For each: number of bytes shared, number of the others and these, number of bytes of the {@link EntryForm} and these.
 */
final class EntryBlock {
    private EntryBlock() {}

    /** Puts entries together. Not safe for concurrent use. */
    static final class Writer {
        private final ByteSink out = new ByteSink(1024);
        private byte[] previous = new byte[128];
        private int previousLength;
        private int count;

        void add(byte[] path, int pathLength, byte[] form, int formOffset, int formLength) {
            int mismatch = Arrays.mismatch(previous, 0, previousLength, path, 0, pathLength);
            int shared = mismatch < 0 ? pathLength : mismatch;
            out.number(shared);
            out.number(pathLength - shared);
            out.put(path, shared, pathLength - shared);
            out.number(formLength);
            out.put(form, formOffset, formLength);
            if (previous.length < pathLength) {
                previous = new byte[2 * pathLength];
            }
            System.arraycopy(path, 0, previous, 0, pathLength);
            previousLength = pathLength;
            count++;
        }

        int count() {
            return count;
        }

        byte[] bytes() {
            return out.bytes();
        }

        int length() {
            return out.length();
        }

        void clear() {
            out.cutTo(0);
            previousLength = 0;
            count = 0;
        }
    }

    /** Takes entries apart. Not safe for concurrent use. */
    static final class Reader {
        private final ByteSource in;
        private byte[] path = new byte[128];
        private int pathLength;
        private int form;
        private int formLength;

        Reader(byte[] block) {
            this.in = new ByteSource(block);
        }

        /** Goes to the next entry; false if there is none. */
        boolean next() {
            in.skipTo(form + formLength);
            if (!in.hasMore()) {
                return false;
            }
            int shared = (int) in.number();
            int rest = (int) in.number();
            pathLength = shared + rest;
            if (path.length < pathLength) {
                path = Arrays.copyOf(path, 2 * pathLength);
            }
            System.arraycopy(in.bytes(), in.position(), path, shared, rest);
            in.skipTo(in.position() + rest);
            formLength = (int) in.number();
            form = in.position();
            return true;
        }

        /** The bytes of the path, of which {@link #pathLength()} count, until the next. */
        byte[] path() {
            return path;
        }

        int pathLength() {
            return pathLength;
        }

        /** Where {@link #form()} and {@link #formLength()} are. */
        byte[] bytes() {
            return in.bytes();
        }

        int form() {
            return form;
        }

        int formLength() {
            return formLength;
        }

        boolean isDirectory() {
            return EntryForm.isDirectory(in.bytes(), form);
        }

        int compareTo(byte[] other, int otherLength) {
            return Arrays.compareUnsigned(path, 0, pathLength, other, 0, otherLength);
        }

        ManifestEntry entry(OwnerTable owners) {
            in.skipTo(form);
            return EntryForm.read(new String(path, 0, pathLength, StandardCharsets.UTF_8), owners, in);
        }
    }
}
