package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.ZipException;

/**
 * Takes over what is to stay of old bundles into new ones. First the new ones are durable, then the old ones go: whoever is
 * killed in between leaves some objects twice, which harms nobody.
 */
final class Rewriting implements Closeable {
    private final ObjectStore objects;
    private final ObjectBatch batch;
    private final MessageDigest digest = Sha256.newDigest();
    private final List<Bundle> replaced = new ArrayList<>();
    private final List<ContentId> looseReplaced = new ArrayList<>();

    Rewriting(ObjectStore objects) {
        this.objects = objects;
        this.batch = objects.copyingBatch();
    }

    /**
     * Takes over the objects of a bundle that are to stay, as far as they are whole.
     *
     * @return whether all that were to stay are whole, here or in the bundle that they are read from
     */
    boolean takeOver(Bundle bundle, Predicate<ContentId> stays) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < bundle.size(); i++) {
            Row row = bundle.row(i);
            if (stays.test(row.id())) {
                rows.add(row);
            }
        }
        rows.sort(Comparator.comparingLong(Row::block).thenComparingInt(Row::offset));
        boolean whole = true;
        long at = -1;
        byte[] block = null;
        for (Row row : rows) {
            if (row.block() != at) {
                at = row.block();
                block = readable(bundle, at);
            }
            whole &= block != null && takeOver(bundle, row, block) || isWholeElsewhere(bundle, row.id());
        }
        replaced.add(bundle);
        return whole;
    }

    /** Takes over an object that has a file of its own. @throws CorruptStateException if it is not whole */
    void takeOver(ContentId loose) throws IOException {
        try (var content = objects.open(loose)) {
            batch.put(content);
        }
        looseReplaced.add(loose);
    }

    /** Makes what was taken over durable. */
    void commit() throws IOException {
        batch.commit();
    }

    /** Deletes what was replaced; after {@link #commit()}. */
    void deleteReplaced() throws IOException {
        for (Bundle bundle : replaced) {
            objects.bundles().delete(bundle);
        }
        for (ContentId id : looseReplaced) {
            objects.loose().delete(id);
        }
    }

    /** Moves what was replaced into this directory; after {@link #commit()}. */
    void setReplacedAside(Path directory) throws IOException {
        for (Bundle bundle : replaced) {
            objects.bundles()
                    .setAside(bundle.path(), directory.resolve(bundle.path().getFileName()));
        }
    }

    /** What goes with another bundle is taken over from there. */
    private boolean isWholeElsewhere(Bundle bundle, ContentId id) throws IOException {
        return objects.bundles()
                        .find(id)
                        .filter(place -> place.bundle() != bundle)
                        .isPresent()
                && objects.isWhole(id);
    }

    private boolean takeOver(Bundle bundle, Row row, byte[] block) throws IOException {
        if (row.offset() < 0 || row.length() < 0 || row.offset() > block.length - row.length()) {
            return false;
        }
        if (row.kind() == Kind.CHUNKS) {
            byte[] list = Arrays.copyOfRange(block, row.offset(), row.offset() + row.length());
            boolean whole = isWhole(bundle, row.id(), list);
            if (whole) {
                batch.putChunkList(row.id(), list);
            }
            return whole;
        }
        if (!ContentId.of(digest, block, row.offset(), row.length()).equals(row.id())) {
            return false;
        }
        batch.put(new ByteArrayInputStream(block, row.offset(), row.length()));
        return true;
    }

    /** A list is what its id says if its chunks are, one after the other; it has no digest of its own. */
    private boolean isWhole(Bundle bundle, ContentId id, byte[] list) throws IOException {
        InputStream chunks = new ChunkedInputStream(new ByteArrayInputStream(list), objects);
        try (InputStream content = new VerifyingInputStream(chunks, id, bundle.path())) {
            content.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (CorruptStateException e) {
            return false;
        }
    }

    private static byte[] readable(Bundle bundle, long position) throws IOException {
        try {
            return bundle.block(position);
        } catch (ZipException | EOFException damaged) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        batch.close();
    }
}
