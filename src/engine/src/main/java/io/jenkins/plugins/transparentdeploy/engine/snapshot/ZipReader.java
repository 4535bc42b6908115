package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Reads a zip archive by its central directory. */
final class ZipReader {
    private static final int TYPE_MASK = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int SYMLINK = 0120000;
    private static final int MAX_LINK_BYTES = 4096;

    private final ObjectBatch objects;
    private final ExpansionBudget budget;
    private final ArtifactTree tree;

    ZipReader(ObjectBatch objects, ExpansionBudget budget, ArtifactTree tree) {
        this.objects = objects;
        this.budget = budget;
        this.tree = tree;
    }

    void read(Path archive) throws IOException {
        try (ZipFile zip = open(archive)) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                budget.countEntry();
                add(zip, entry);
            }
        }
    }

    private void add(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        String name = entry.getName();
        int mode = entry.getUnixMode();
        int type = mode & TYPE_MASK;
        if (!zip.canReadEntryData(entry)) {
            throw tree.refusal("has an entry that is encrypted or compressed in an unknown way, '"
                    + ArtifactTree.printable(name) + "'");
        }
        if (entry.isDirectory() || type == DIRECTORY) {
            tree.addDirectory(name, mode);
        } else if (type == SYMLINK) {
            tree.addSymlink(name, linkTarget(zip, entry));
        } else if (type == 0 || type == REGULAR) {
            tree.addFile(name, mode, modified(entry), content(zip, entry));
        } else {
            throw tree.refusal("has a device, pipe or other special entry, '" + ArtifactTree.printable(name) + "'");
        }
    }

    /** The reader checks neither size nor checksum, so it is done here. */
    private ObjectStore.Stored content(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        CRC32 checksum = new CRC32();
        try (InputStream raw = stream(zip, entry)) {
            ObjectStore.Stored stored = objects.put(new CheckedInputStream(budget.counting(raw), checksum));
            if (stored.size() != entry.getSize() || checksum.getValue() != entry.getCrc()) {
                throw new DamagedArchiveException(
                        "'" + ArtifactTree.printable(entry.getName()) + "' does not have the checksum it should");
            }
            return stored;
        }
    }

    private String linkTarget(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        try (InputStream raw = stream(zip, entry)) {
            byte[] target = budget.counting(raw).readNBytes(MAX_LINK_BYTES + 1);
            if (target.length > MAX_LINK_BYTES) {
                throw tree.refusal("has a link target longer than " + MAX_LINK_BYTES + " bytes");
            }
            return new String(target, StandardCharsets.UTF_8);
        }
    }

    private static Instant modified(ZipArchiveEntry entry) {
        return entry.getLastModifiedTime() == null
                ? Instant.EPOCH
                : entry.getLastModifiedTime().toInstant();
    }

    private static ZipFile open(Path archive) throws DamagedArchiveException {
        try {
            return ZipFile.builder().setPath(archive).get();
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedArchiveException(e);
        }
    }

    private static InputStream stream(ZipFile zip, ZipArchiveEntry entry) throws DamagedArchiveException {
        try {
            return zip.getInputStream(entry);
        } catch (IOException e) {
            throw new DamagedArchiveException(e);
        }
    }
}
