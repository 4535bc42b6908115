package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore.Stored;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Packer.Piece;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Objects on their way into the store: written to bundles in the staging area, sealed, then renamed into the store. Closing
 * takes back what was not committed. Several threads may put; who commits does so when they are done.
 */
final class ObjectBatch implements Closeable, Packer.Destination {
    private final ObjectStore objects;
    private final Supplier<Path> temporaryPath;
    private final Queue<Packer> idle = new ConcurrentLinkedQueue<>();
    /** Claimed, and not in {@link #sealed} yet. */
    private final Set<ContentId> claimed = ConcurrentHashMap.newKeySet();

    private final List<Bundle> sealed = new CopyOnWriteArrayList<>();
    private BundleWriter writer;

    /** Writes an object. */
    interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    private final Predicate<ContentId> stored;

    /** @param stored whether this object need not be stored again */
    ObjectBatch(ObjectStore objects, Supplier<Path> temporaryPath, Predicate<ContentId> stored) {
        this.objects = objects;
        this.temporaryPath = temporaryPath;
        this.stored = stored;
    }

    /** Takes all that the stream yields, without closing it; it can be read after {@link #commit()}. */
    Stored put(InputStream content) throws IOException {
        Packer packer = packer();
        try {
            return packer.put(content);
        } finally {
            idle.add(packer);
        }
    }

    /** As {@link #put(InputStream)}, of what is written. */
    Stored put(Source source) throws IOException {
        Packer packer = packer();
        try (Packer.Sink sink = packer.sink()) {
            source.writeTo(sink);
            return sink.stored();
        } finally {
            idle.add(packer);
        }
    }

    void giveBack(Packer packer) {
        idle.add(packer);
    }

    /** Takes a list of chunks as it is. */
    void putChunkList(ContentId id, byte[] list) throws IOException {
        if (!claim(id)) {
            write(StoredForm.RAW, list.length, list, list.length, List.of(new Piece(id, Kind.CHUNKS, 0, list.length)));
        }
    }

    /** Makes all of them readable and durable, at once for each bundle. */
    void commit() throws IOException {
        for (Packer packer : idle) {
            packer.flush();
        }
        synchronized (this) {
            sealWriter();
        }
        List<Path> bundles = new ArrayList<>();
        for (Bundle bundle : sealed) {
            bundle.close();
            bundles.add(bundle.path());
        }
        sealed.clear();
        objects.moveIn(bundles);
    }

    @Override
    public boolean claim(ContentId id) {
        return !claimed.add(id) || isSealed(id) || stored.test(id);
    }

    @Override
    public synchronized void write(StoredForm form, int plainLength, byte[] stored, int length, List<Piece> pieces)
            throws IOException {
        if (writer == null) {
            writer = BundleWriter.create(temporaryPath.get());
        }
        long block = writer.append(form, plainLength, stored, length);
        for (Piece piece : pieces) {
            writer.add(new Row(piece.id(), piece.kind(), block, piece.offset(), piece.length()));
        }
        if (writer.isFull()) {
            sealWriter();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        for (Bundle bundle : sealed) {
            bundle.close();
            Files.deleteIfExists(bundle.path());
        }
        sealed.clear();
        idle.clear();
    }

    private void sealWriter() throws IOException {
        if (writer == null) {
            return;
        }
        writer.seal();
        sealed.add(Bundle.open(writer.path()));
        writer.rows().forEach(row -> claimed.remove(row.id()));
        writer = null;
    }

    private boolean isSealed(ContentId id) {
        try {
            for (Bundle bundle : sealed) {
                if (bundle.find(id).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // Storing it again is never wrong.
            return false;
        }
    }

    /** For writing objects one after the other; to be given back. */
    Packer packer() {
        Packer packer = idle.poll();
        return packer == null ? new Packer(this) : packer;
    }
}
