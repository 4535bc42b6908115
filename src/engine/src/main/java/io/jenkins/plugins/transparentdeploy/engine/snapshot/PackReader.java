package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;

/** Imports a pack. Nothing of it enters the store before all of it was read, authenticated, and matched with its ids. */
public final class PackReader {
    private static final int ID_BYTES = 32;
    private static final int BUFFER = 64 * 1024;

    private final DataInputStream in;
    private final SnapshotStore store;
    private final Map<ContentId, Path> staged = new LinkedHashMap<>();

    private PackReader(DataInputStream in, SnapshotStore store) {
        this.in = in;
        this.store = store;
    }

    /**
     * Reads a pack to its end, without closing {@code in}; what it has is durable in the store on return. Idempotent.
     *
     * @param recipient the private key of the pair that it was written for
     * @return the ids of its manifests
     * @throws RefusedException if it was written for another key
     * @throws CorruptStateException if it is damaged, cut off or was tampered with; the store has nothing of it
     */
    public static List<ContentId> read(InputStream in, PrivateKey recipient, SnapshotStore store) throws IOException {
        PackHeader.Line header = PackHeader.read(in);
        SecretKey key = unwrap(header.header(), recipient);
        InputStream opened = SealedStream.opening(in, key, header.bytes());
        PackReader reader = new PackReader(new DataInputStream(new BufferedInputStream(opened, BUFFER)), store);
        try {
            return reader.read();
        } catch (EOFException e) {
            throw damaged("it ends too early");
        } finally {
            for (Path path : reader.staged.values()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private List<ContentId> read() throws IOException {
        List<ContentId> manifests = new ArrayList<>();
        int manifestCount = in.readInt();
        for (int i = 0; i < manifestCount; i++) {
            manifests.add(readId());
        }
        int objectCount = in.readInt();
        for (int i = 0; i < objectCount; i++) {
            stage(readId(), in.readLong());
        }
        if (in.read() >= 0) {
            throw damaged("it goes on after its end");
        }
        for (ContentId manifest : manifests) {
            requireComplete(manifest);
        }
        for (Map.Entry<ContentId, Path> object : staged.entrySet()) {
            store.objects().moveIn(object.getValue(), object.getKey());
        }
        store.objects().sync();
        return manifests;
    }

    private void stage(ContentId id, long length) throws IOException {
        Path path = store.newStagingPath();
        if (staged.put(id, path) != null) {
            throw damaged("it has the object " + id + " twice");
        }
        if (length < 0 || length > store.freeBytes()) {
            throw new RefusedException(
                    "The pack has an object of " + length + " bytes, which do not fit beside the store "
                            + store.directory(),
                    "Free space there");
        }
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[BUFFER];
            for (long left = length; left > 0; ) {
                int count = in.read(buffer, 0, (int) Math.min(left, BUFFER));
                if (count < 0) {
                    throw new EOFException();
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
        ObjectStore.requireStoredForm(path, id);
        DurableFiles.fsyncFile(path);
    }

    private void requireComplete(ContentId id) throws IOException {
        Path path = staged.get(id);
        if (path == null) {
            throw damaged("it lacks its manifest " + id);
        }
        try (InputStream stored = Files.newInputStream(path);
                InputStream content = StoredForm.decoder(stored)) {
            for (FileEntry file :
                    ManifestFormat.parse(content, "The pack's manifest " + id).files()) {
                if (!staged.containsKey(file.content())) {
                    throw damaged("it lacks the content of '" + file.path() + "'");
                }
            }
        }
    }

    private ContentId readId() throws IOException {
        byte[] id = new byte[ID_BYTES];
        in.readFully(id);
        return new ContentId(Sha256.spell(id));
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
