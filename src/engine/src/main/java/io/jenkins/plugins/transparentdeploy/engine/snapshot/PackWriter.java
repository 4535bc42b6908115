package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.crypto.SecretKey;

/**
 * Exports snapshots with everything they need into one stream, readable by one recipient only. After the header line
 * comes a {@link SealedStream}; in it, all numbers big-endian: the number of manifests (4 bytes) and their ids (32 bytes
 * each); the number of objects (4 bytes); then each object, the manifests included: id (32 bytes), length (8 bytes), and
 * its stored form.
 */
public final class PackWriter {
    /** Bytes of content up to which an object is compressed in memory. */
    private static final int SMALL = 1 << 20;

    private PackWriter() {}

    /**
     * Writes a pack, without closing {@code out}.
     *
     * @param manifests what is in it; stored in the store
     * @param recipient an RSA key of at least 2048 bits
     * @throws RefusedException if the key is not that
     * @throws CorruptStateException if an object is missing or corrupt; what was written is not a whole pack
     */
    public static void write(OutputStream out, Collection<Manifest> manifests, SnapshotStore store, PublicKey recipient)
            throws IOException {
        SecretKey key = PackKey.fresh();
        PackHeader.Line header = new PackHeader(
                        PackHeader.FORMAT, PackHeader.VERSION, PackKey.idOf(recipient), PackKey.wrap(key, recipient))
                .line();
        Set<ContentId> ids = new LinkedHashSet<>();
        for (Manifest manifest : manifests) {
            ids.add(store.save(manifest));
        }
        Set<ContentId> objects = new LinkedHashSet<>(ids);
        manifests.forEach(manifest -> manifest.files().forEach(file -> objects.add(file.content())));
        out.write(header.bytes());
        // Closed only when all is written: closing seals the last chunk, which says that the pack is whole.
        DataOutputStream sealed =
                new DataOutputStream(new BufferedOutputStream(SealedStream.sealing(out, key, header.bytes())));
        sealed.writeInt(ids.size());
        for (ContentId id : ids) {
            writeId(sealed, id);
        }
        sealed.writeInt(objects.size());
        for (ContentId id : objects) {
            writeObject(sealed, id, store);
        }
        sealed.close();
    }

    private static void writeObject(DataOutputStream out, ContentId id, SnapshotStore store) throws IOException {
        try (InputStream content = store.objects().open(id)) {
            byte[] beginning = content.readNBytes(SMALL);
            if (beginning.length < SMALL) {
                byte[] stored = StoredForm.encode(beginning);
                writeId(out, id);
                out.writeLong(stored.length);
                out.write(stored);
                return;
            }
            Path spool = store.newStagingPath();
            try {
                spool(beginning, content, spool);
                writeId(out, id);
                out.writeLong(Files.size(spool));
                Files.copy(spool, out);
            } finally {
                Files.deleteIfExists(spool);
            }
        }
    }

    /** The length of what is stored comes before it, so a large object is compressed elsewhere first. */
    private static void spool(byte[] beginning, InputStream rest, Path spool) throws IOException {
        StoredForm form = StoredForm.fitting(beginning, beginning.length);
        try (OutputStream encoder = form.encoder(new BufferedOutputStream(
                Files.newOutputStream(spool, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)))) {
            encoder.write(beginning);
            rest.transferTo(encoder);
        }
    }

    private static void writeId(DataOutputStream out, ContentId id) throws IOException {
        out.write(HexFormat.of().parseHex(id.hex()));
    }
}
