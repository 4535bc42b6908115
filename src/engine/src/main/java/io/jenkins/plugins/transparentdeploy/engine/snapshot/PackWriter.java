package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.PublicKey;
import java.util.Collection;
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
            Parcel.writeId(sealed, id);
        }
        Parcel.write(sealed, objects, store);
        sealed.close();
    }
}
