package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Bundles.Place;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.ZipException;

/**
 * Content by its hash; each content is kept once. Putting is idempotent, objects never change, and several processes may
 * use one store. Memory is bounded whatever the size of an object. Safe for concurrent use.
 */
public final class ObjectStore implements Closeable {
    private static final int BUFFER = 64 * 1024;

    private final Bundles bundles;
    private final LooseObjects loose;
    private final Supplier<Path> temporaryPath;

    /**
     * An object that is in the store.
     *
     * @param id its id
     * @param size bytes of content
     */
    public record Stored(ContentId id, long size) {}

    ObjectStore(StoreLayout layout, Supplier<Path> temporaryPath) throws IOException {
        this.bundles = new Bundles(layout.bundles());
        this.loose = new LooseObjects(layout);
        this.temporaryPath = temporaryPath;
    }

    /** Whether there is an object of this id; whether it is whole shows only when it is read. */
    public boolean contains(ContentId id) {
        try {
            Optional<Place> place = bundles.find(id);
            return place.isPresent() && hasItsChunks(place.get()) || loose.contains(id);
        } catch (IOException | CorruptStateException e) {
            // What cannot be looked up is stored again, which is never wrong.
            return loose.contains(id);
        }
    }

    /**
     * Whether something says that there is this object, whole or not.
     *
     * @throws CorruptStateException if that cannot be looked up
     */
    boolean isListed(ContentId id) throws IOException {
        return bundles.find(id).isPresent() || loose.contains(id);
    }

    /** A list may have outlived its chunks, if whoever removed them was killed before the list went, too. */
    private boolean hasItsChunks(Place place) throws IOException {
        if (place.row().kind() != Kind.CHUNKS) {
            return true;
        }
        ChunkList list = new ChunkList(storedAt(place));
        for (Optional<ContentId> chunk = list.next(); chunk.isPresent(); chunk = list.next()) {
            if (bundles.find(chunk.get()).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Stores these bytes; durable on return. */
    public Stored put(byte[] content) throws IOException {
        return put(new ByteArrayInputStream(content));
    }

    /**
     * Stores all that the stream yields, without closing it; durable on return.
     *
     * @throws IOException if the stream fails or the object cannot be written; the store is as it was
     */
    public Stored put(InputStream content) throws IOException {
        try (ObjectBatch batch = batch()) {
            Stored stored = batch.put(content);
            batch.commit();
            return stored;
        }
    }

    /** For putting many: they enter the store together. */
    ObjectBatch batch() {
        return new ObjectBatch(this, temporaryPath, this::contains);
    }

    /** As {@link #batch()}; what is there but not whole is stored again, and from then on that one is read. */
    ObjectBatch mendingBatch() {
        return new ObjectBatch(this, temporaryPath, this::isWhole);
    }

    /** For putting again what is there already. */
    ObjectBatch copyingBatch() {
        return new ObjectBatch(this, temporaryPath, id -> false);
    }

    /** Whether there is an object of this id, and what is read of it is that. */
    boolean isWhole(ContentId id) {
        if (!contains(id)) {
            return false;
        }
        try {
            verify(id);
            return true;
        } catch (IOException | CorruptStateException e) {
            return false;
        }
    }

    /**
     * Opens an object. Its last read, the one that finds the end, verifies all that was read; who acts on the content
     * before has not verified it.
     *
     * @throws ContentGoneException if the object is missing
     * @throws CorruptStateException while reading, if it is not what its id says
     */
    public InputStream open(ContentId id) throws IOException {
        Optional<Place> place = findOrRefresh(id);
        if (place.isPresent()) {
            Path bundle = place.get().bundle().path();
            return new VerifyingInputStream(contentOf(place.get()), id, bundle);
        }
        Optional<InputStream> content = loose.open(id);
        if (content.isPresent()) {
            return new VerifyingInputStream(content.get(), id, loose.path(id));
        }
        throw new ContentGoneException(id);
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
            copy(content, out);
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
            copy(content, OutputStream.nullOutputStream());
        }
    }

    /** Contents of these files that are near each other on the disk come together, so that what is read once serves them all. */
    public Comparator<ContentId> readingOrder(Collection<FileEntry> files) throws IOException {
        Map<ContentId, Address> addresses = new HashMap<>();
        for (FileEntry file : files) {
            if (!addresses.containsKey(file.content())) {
                addresses.put(file.content(), addressOf(file.content()));
            }
        }
        return Comparator.comparing(addresses::get);
    }

    private record Address(String bundle, long block) implements Comparable<Address> {
        @Override
        public int compareTo(Address other) {
            int order = bundle.compareTo(other.bundle);
            return order == 0 ? Long.compare(block, other.block) : order;
        }
    }

    private Address addressOf(ContentId id) throws IOException {
        return bundles.find(id)
                .map(place -> new Address(
                        place.bundle().path().toString(), place.row().block()))
                .orElse(new Address("", 0));
    }

    /** The bundles. */
    Bundles bundles() {
        return bundles;
    }

    /** What the first version wrote. */
    LooseObjects loose() {
        return loose;
    }

    /** Whether all that was in the store when these were its bundles surely still is. */
    boolean stillHasAllOf(Set<String> bundleNames) throws IOException {
        return !loose.any() && bundles.names().containsAll(bundleNames);
    }

    /** Moves sealed bundles in; all of them are durable on return. */
    void moveIn(List<Path> sealed) throws IOException {
        bundles.moveIn(sealed);
    }

    @Override
    public void close() throws IOException {
        bundles.close();
    }

    private Optional<Place> findOrRefresh(ContentId id) throws IOException {
        Optional<Place> place = bundles.find(id);
        if (place.isEmpty()) {
            bundles.refresh();
            place = bundles.find(id);
        }
        return place;
    }

    /** The list of chunks that an object is; empty if it is whole in one place. */
    Optional<InputStream> openChunkList(ContentId id) throws IOException {
        Optional<Place> place = bundles.find(id).filter(found -> found.row().kind() == Kind.CHUNKS);
        return place.isEmpty() ? Optional.empty() : Optional.of(storedAt(place.get()));
    }

    private InputStream contentOf(Place place) throws IOException {
        InputStream stored = storedAt(place);
        return place.row().kind() == Kind.CHUNKS ? new ChunkedInputStream(stored, this) : stored;
    }

    private InputStream storedAt(Place place) throws IOException {
        byte[] block;
        try {
            block = bundles.blockOf(place);
        } catch (ZipException | EOFException damaged) {
            throw VerifyingInputStream.corrupt(place.bundle().path(), damaged.getMessage());
        }
        int offset = place.row().offset();
        int length = place.row().length();
        if (offset < 0 || length < 0 || offset > block.length - length) {
            throw VerifyingInputStream.corrupt(place.bundle().path(), "it has an object outside its block");
        }
        return new ByteArrayInputStream(block, offset, length);
    }

    private static long copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            total += count;
        }
        return total;
    }
}
