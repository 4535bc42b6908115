package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands at a path, as bytes in memory; never on a disk that outlives the process. A byte says what it is, then come
 * its members in the order of the records.
 */
final class EntryForm {
    private static final int DIRECTORY = 0;
    private static final int SYMLINK = 1;
    private static final int FILE = 2;
    private static final int FILE_WITH_ATTRIBUTES = 3;

    private EntryForm() {}

    static void write(ManifestEntry entry, OwnerTable owners, ByteSink out) {
        if (entry instanceof FileEntry file) {
            writeFile(
                    file.mode(),
                    file.modified(),
                    owners.numberOf(file.owner()),
                    file.size(),
                    file.content(),
                    file.attributes(),
                    out);
        } else if (entry instanceof DirectoryEntry directory) {
            writeDirectory(directory.mode(), owners.numberOf(directory.owner()), out);
        } else if (entry instanceof SymlinkEntry link) {
            writeSymlink(link.target(), out);
        }
    }

    static void writeFile(
            FileMode mode,
            Instant modified,
            int owner,
            long size,
            ContentId content,
            Attributes attributes,
            ByteSink out) {
        out.int8(attributes.isEmpty() ? FILE : FILE_WITH_ATTRIBUTES);
        out.int16(mode.bits());
        // Zigzag: times before 1970 are small numbers, too.
        out.number(modified.getEpochSecond() << 1 ^ modified.getEpochSecond() >> 63);
        out.int32(modified.getNano());
        out.number(owner);
        out.number(size);
        out.id(content);
        if (!attributes.isEmpty()) {
            out.number(attributes.values().size());
            attributes.values().forEach((name, value) -> {
                out.text(name);
                out.text(value);
            });
        }
    }

    static void writeDirectory(FileMode mode, int owner, ByteSink out) {
        out.int8(DIRECTORY);
        out.int16(mode.bits());
        out.number(owner);
    }

    static void writeSymlink(String target, ByteSink out) {
        out.int8(SYMLINK);
        out.text(target);
    }

    /** Whether what is written here is a directory. */
    static boolean isDirectory(byte[] bytes, int offset) {
        return bytes[offset] == DIRECTORY;
    }

    /** Whether what is written here has extended attributes. */
    static boolean hasAttributes(byte[] bytes, int offset) {
        return bytes[offset] == FILE_WITH_ATTRIBUTES;
    }

    static ManifestEntry read(String path, OwnerTable owners, ByteSource in) {
        int kind = in.int8();
        if (kind == SYMLINK) {
            return new SymlinkEntry(path, in.text());
        }
        FileMode mode = FileMode.ofRaw(in.int16());
        if (kind == DIRECTORY) {
            return new DirectoryEntry(path, mode, owners.owner((int) in.number()));
        }
        long seconds = in.number();
        Instant modified = Instant.ofEpochSecond(seconds >>> 1 ^ -(seconds & 1), in.int32());
        Owner owner = owners.owner((int) in.number());
        long size = in.number();
        ContentId content = in.id();
        return new FileEntry(
                path,
                mode,
                modified,
                owner,
                size,
                content,
                kind == FILE_WITH_ATTRIBUTES ? readAttributes(in) : Attributes.NONE);
    }

    private static Attributes readAttributes(ByteSource in) {
        Map<String, String> values = new TreeMap<>();
        for (long left = in.number(); left > 0; left--) {
            String name = in.text();
            values.put(name, in.text());
        }
        return new Attributes(values);
    }
}
