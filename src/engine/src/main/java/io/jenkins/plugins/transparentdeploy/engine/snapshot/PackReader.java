package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;

/** Imports a pack. Nothing of it enters the store before all of it was read, authenticated, and matched with its ids. */
public final class PackReader {
    private static final int BUFFER = 64 * 1024;

    private final DataInputStream in;
    private final SnapshotStore store;
    private final ObjectBatch batch;
    private final Set<ContentId> found = new HashSet<>();
    private final Map<ContentId, Path> manifests = new LinkedHashMap<>();

    private PackReader(DataInputStream in, SnapshotStore store, ObjectBatch batch) {
        this.in = in;
        this.store = store;
        this.batch = batch;
    }

    /**
     * Reads a pack to its end, without closing {@code in}; what it has is durable in the store on return. Idempotent.
     *
     * @param key the private key of the pair that it was written for, or the pack's own key
     * @return the ids of its manifests
     * @throws RefusedException if it was written for another key
     * @throws CorruptStateException if it is damaged, cut off or was tampered with; the store has nothing of it
     */
    public static List<ContentId> read(InputStream in, Key key, SnapshotStore store) throws IOException {
        PackHeader.Line header = PackHeader.read(in);
        SecretKey own = key instanceof SecretKey given ? given : unwrap(header.header(), (PrivateKey) key);
        InputStream opened = SealedStream.opening(in, own, header.bytes());
        try (ObjectBatch batch = store.objects().mendingBatch()) {
            return new PackReader(new DataInputStream(new BufferedInputStream(opened, BUFFER)), store, batch).read();
        } catch (EOFException e) {
            throw damaged("it ends too early");
        }
    }

    private List<ContentId> read() throws IOException {
        try {
            int manifestCount = in.readInt();
            for (int i = 0; i < manifestCount; i++) {
                manifests.put(Parcel.readId(in), store.newStagingPath());
            }
            int objectCount = in.readInt();
            for (int i = 0; i < objectCount; i++) {
                take(Parcel.readId(in), in.readLong());
            }
            if (in.read() >= 0) {
                throw damaged("it goes on after its end");
            }
            for (ContentId manifest : manifests.keySet()) {
                requireComplete(manifest);
            }
            batch.commit();
            return List.copyOf(manifests.keySet());
        } finally {
            for (Path copy : manifests.values()) {
                Files.deleteIfExists(copy);
            }
        }
    }

    private void take(ContentId id, long length) throws IOException {
        if (!found.add(id)) {
            throw damaged("it has the object " + id + " twice");
        }
        Parcel.readObject(in, id, length, store, content -> {
            if (manifests.containsKey(id)) {
                Files.copy(content, manifests.get(id));
                try (InputStream copy = Files.newInputStream(manifests.get(id))) {
                    batch.put(copy);
                }
            } else {
                batch.put(content);
            }
        });
    }

    private void requireComplete(ContentId id) throws IOException {
        if (!found.contains(id)) {
            throw damaged("it lacks its manifest " + id);
        }
        try (InputStream content = Files.newInputStream(manifests.get(id))) {
            for (FileEntry file :
                    ManifestFormat.parse(content, "The pack's manifest " + id).files()) {
                if (!found.contains(file.content())) {
                    throw damaged("it lacks the content of '" + file.path() + "'");
                }
            }
        }
    }

    private static SecretKey unwrap(PackHeader header, PrivateKey recipient) {
        String keyId = PackKey.idOf(recipient);
        if (!keyId.equals(header.keyId())) {
            throw new RefusedException(
                    "The pack was written for the key " + header.keyId() + ", not for " + keyId,
                    "Use the private key of that pair");
        }
        try {
            return PackKey.unwrap(header.wrappedKey(), recipient);
        } catch (InvalidKeyException e) {
            throw damaged("its key was changed");
        }
    }

    private static CorruptStateException damaged(String reason) {
        return new CorruptStateException("The pack is damaged: " + reason, "Take another copy of it");
    }
}
