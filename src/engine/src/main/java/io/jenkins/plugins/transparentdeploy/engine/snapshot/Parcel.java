package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.commons.io.input.CloseShieldInputStream;

/**
 * Objects on their way from one store to another through a channel that is safe already, as a {@link PackWriter pack} is
 * for one that is not. All numbers big-endian: the number of objects (4 bytes), then each: id (32 bytes), length (8 bytes),
 * and its stored form.
 */
public final class Parcel {
    /** Bytes of content up to which an object is compressed in memory. */
    private static final int SMALL = 1 << 20;

    private Parcel() {}

    /**
     * Writes objects, without flushing or closing {@code out}.
     *
     * @throws CorruptStateException if one is missing or corrupt; what was written is no whole parcel then
     */
    public static void write(DataOutputStream out, Collection<ContentId> objects, SnapshotStore store)
            throws IOException {
        out.writeInt(objects.size());
        for (ContentId id : objects) {
            writeObject(out, id, store);
        }
    }

    /**
     * Reads objects; durable on return. Each is matched with its id, and nothing enters the store before all were.
     * Reads not a byte more than the parcel has.
     *
     * @param expected what may be in it
     * @throws CorruptStateException if it has something else, or something is not what its id says
     */
    public static void read(DataInputStream in, Set<ContentId> expected, SnapshotStore store) throws IOException {
        int count = in.readInt();
        Set<ContentId> found = new HashSet<>();
        try (ObjectBatch batch = store.objects().mendingBatch()) {
            for (int i = 0; i < count; i++) {
                ContentId id = readId(in);
                if (!expected.contains(id) || !found.add(id)) {
                    throw damaged("it has the object " + id + ", which nobody asked for");
                }
                readObject(in, id, in.readLong(), store, batch::put);
            }
            batch.commit();
        }
    }

    /** Takes the content of an object. */
    @FunctionalInterface
    interface Receiver {
        void take(InputStream content) throws IOException;
    }

    static void writeObject(DataOutputStream out, ContentId id, SnapshotStore store) throws IOException {
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

    static void readObject(DataInputStream in, ContentId id, long length, SnapshotStore store, Receiver receiver)
            throws IOException {
        if (length < 0 || length > store.freeBytes()) {
            throw new RefusedException(
                    "An object of " + length + " bytes does not fit beside the store " + store.directory(),
                    "Free space there");
        }
        InputStream stored = BoundedInputStream.builder()
                .setInputStream(CloseShieldInputStream.wrap(in))
                .setMaxCount(length)
                .get();
        try (InputStream content =
                new VerifyingInputStream(StoredForm.decoder(stored), id, Path.of("on its way to the store"))) {
            receiver.take(content);
        } catch (ZipException e) {
            throw damaged(e.getMessage());
        }
        if (stored.read() >= 0) {
            throw damaged("the object " + id + " goes on after its end");
        }
    }

    static void writeId(DataOutputStream out, ContentId id) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(ContentId.BYTES);
        id.writeTo(bytes);
        out.write(bytes.array());
    }

    static ContentId readId(DataInputStream in) throws IOException {
        byte[] id = new byte[ContentId.BYTES];
        in.readFully(id);
        return ContentId.read(ByteBuffer.wrap(id), 0);
    }

    private static CorruptStateException damaged(String reason) {
        return new CorruptStateException("What was sent is damaged: " + reason, "Send it again");
    }
}
