package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore.Stored;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Objects on their way into the store: written one by one, then synced together, then renamed. Closing takes back what
 * was not moved in. Not safe for concurrent use.
 */
final class ObjectBatch implements Closeable {
    private final ObjectStore objects;
    private final Supplier<Path> temporaryPath;
    private final Map<ContentId, Path> pending = new LinkedHashMap<>();

    ObjectBatch(ObjectStore objects, Supplier<Path> temporaryPath) {
        this.objects = objects;
        this.temporaryPath = temporaryPath;
    }

    /** Takes all that the stream yields, without closing it; it can be read after {@link #commit()}. */
    Stored put(InputStream content) throws IOException {
        byte[] beginning = content.readNBytes(ObjectStore.BUFFER);
        if (beginning.length < ObjectStore.BUFFER) {
            ContentId id = ContentId.of(beginning);
            if (isKnown(id)) {
                return new Stored(id, beginning.length);
            }
        }
        Path temporary = temporaryPath.get();
        boolean kept = false;
        try {
            InputStream all = new SequenceInputStream(new ByteArrayInputStream(beginning), content);
            Stored stored = write(all, StoredForm.fitting(beginning), temporary);
            if (!isKnown(stored.id())) {
                pending.put(stored.id(), temporary);
                kept = true;
            }
            return stored;
        } finally {
            if (!kept) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    /** Makes all of them readable, and all of them durable. */
    void commit() throws IOException {
        moveIn();
        objects.sync();
    }

    /** Makes all of them readable, and durable with the store's next {@link ObjectStore#sync()}. */
    void moveIn() throws IOException {
        DurableFiles.fsyncAll(pending.values());
        for (Iterator<Map.Entry<ContentId, Path>> each = pending.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<ContentId, Path> object = each.next();
            objects.moveIn(object.getValue(), object.getKey());
            each.remove();
        }
    }

    @Override
    public void close() throws IOException {
        for (Path temporary : pending.values()) {
            Files.deleteIfExists(temporary);
        }
        pending.clear();
    }

    private boolean isKnown(ContentId id) {
        return pending.containsKey(id) || objects.contains(id);
    }

    private static Stored write(InputStream content, StoredForm form, Path temporary) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (OutputStream encoder = form.encoder(new BufferedOutputStream(
                Files.newOutputStream(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                ObjectStore.BUFFER))) {
            long size = ObjectStore.copy(content, encoder, digest);
            return new Stored(ContentId.of(digest), size);
        }
    }
}
