package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Content by its hash; each content is kept once. Putting is idempotent, objects never change, and several processes may
 * use one store. Memory is bounded whatever the size of an object. Safe for concurrent use.
 */
public final class ObjectStore {
    static final int BUFFER = 64 * 1024;

    private final StoreLayout layout;
    private final Supplier<Path> temporaryPath;
    private final Set<Path> unsyncedDirectories = ConcurrentHashMap.newKeySet();

    /**
     * An object that is in the store.
     *
     * @param id its id
     * @param size bytes of content
     */
    public record Stored(ContentId id, long size) {}

    ObjectStore(StoreLayout layout, Supplier<Path> temporaryPath) {
        this.layout = layout;
        this.temporaryPath = temporaryPath;
    }

    /** Whether there is an object of this id; whether it is whole shows only when it is read. */
    public boolean contains(ContentId id) {
        return Files.exists(layout.object(id));
    }

    /** Stores these bytes; durable after {@link #sync()}. */
    public Stored put(byte[] content) throws IOException {
        return put(new ByteArrayInputStream(content));
    }

    /**
     * Stores all that the stream yields, without closing it; durable after {@link #sync()}.
     *
     * @throws IOException if the stream fails or the object cannot be written; the store is as it was
     */
    public Stored put(InputStream content) throws IOException {
        try (ObjectBatch batch = batch()) {
            Stored stored = batch.put(content);
            batch.moveIn();
            return stored;
        }
    }

    /** For putting many: they enter the store together. */
    ObjectBatch batch() {
        return new ObjectBatch(this, temporaryPath);
    }

    /** Makes all objects that were put durable. */
    public void sync() throws IOException {
        for (Path directory : Set.copyOf(unsyncedDirectories)) {
            unsyncedDirectories.remove(directory);
            DurableFiles.fsyncDirectory(directory);
        }
    }

    /**
     * Opens an object. Its last read, the one that finds the end, verifies all that was read; who acts on the content
     * before has not verified it.
     *
     * @throws CorruptStateException here or while reading, if the object is missing or is not what its id says
     */
    public InputStream open(ContentId id) throws IOException {
        Path object = layout.object(id);
        InputStream stored = openStored(id);
        try {
            return new VerifyingInputStream(StoredForm.decoder(stored), id, object);
        } catch (ZipException | EOFException damaged) {
            stored.close();
            throw VerifyingInputStream.corrupt(object, damaged.getMessage());
        }
    }

    /**
     * Copies an object to a new file, which is not synced.
     *
     * @throws CorruptStateException if the object is missing or corrupt; then there is no such file
     */
    public void copyTo(ContentId id, Path newFile) throws IOException {
        boolean complete = false;
        try (InputStream content = open(id);
                OutputStream out =
                        Files.newOutputStream(newFile, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            copy(content, out, null);
            complete = true;
        } finally {
            if (!complete) {
                Files.deleteIfExists(newFile);
            }
        }
    }

    /** Reads an object and throws its content away. @throws CorruptStateException if it is missing or corrupt */
    public void verify(ContentId id) throws IOException {
        try (InputStream content = open(id)) {
            copy(content, OutputStream.nullOutputStream(), null);
        }
    }

    /** The ids of all objects, in no order; to be closed. */
    public Stream<ContentId> ids() throws IOException {
        Stream<Path> files = Files.find(layout.objects(), 2, (path, attributes) -> attributes.isRegularFile());
        return files.map(layout::idOf);
    }

    /** The stored form of an object, unverified, for packs. */
    InputStream openStored(ContentId id) throws IOException {
        try {
            return Files.newInputStream(layout.object(id));
        } catch (NoSuchFileException missing) {
            throw new CorruptStateException(
                    "The object " + layout.object(id) + " is missing from the store",
                    "Import a pack that has it, or capture a tree that does");
        }
    }

    /** Bytes that {@link #openStored} yields. */
    long storedSize(ContentId id) throws IOException {
        return Files.size(layout.object(id));
    }

    /** Whether a file is this object in its stored form. */
    static void requireStoredForm(Path file, ContentId id) throws IOException {
        try (InputStream stored = Files.newInputStream(file);
                InputStream content = new VerifyingInputStream(StoredForm.decoder(stored), id, file)) {
            copy(content, OutputStream.nullOutputStream(), null);
        } catch (ZipException | EOFException damaged) {
            throw VerifyingInputStream.corrupt(file, damaged.getMessage());
        }
    }

    /** Moves a verified and synced file in stored form to its place. */
    void moveIn(Path storedForm, ContentId id) throws IOException {
        Path object = layout.object(id);
        Path shard = object.getParent();
        if (!Files.isDirectory(shard)) {
            Files.createDirectories(shard);
            unsyncedDirectories.add(layout.objects());
        }
        Files.move(storedForm, object, StandardCopyOption.ATOMIC_MOVE);
        unsyncedDirectories.add(shard);
    }

    /** @param digest what the bytes go into as well; may be null */
    static long copy(InputStream from, OutputStream to, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            if (digest != null) {
                digest.update(buffer, 0, count);
            }
            total += count;
        }
        return total;
    }
}
