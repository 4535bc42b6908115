package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The bundles of a store. The directory is the only list of them there is: a bundle is one from the moment that its name is
 * there, and it is whole then. Each is opened when it is first needed, the youngest first. Safe for concurrent use.
 */
final class Bundles implements Closeable {
    private static final String SUFFIX = ".bundle";
    private static final int CACHED_BLOCKS = 16;

    private final Path directory;
    private final Map<Path, Bundle> open = new LinkedHashMap<>();
    private final Map<BlockAddress, byte[]> blocks = new LinkedHashMap<>(CACHED_BLOCKS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BlockAddress, byte[]> eldest) {
            return size() > CACHED_BLOCKS;
        }
    };
    private List<Path> listed;

    private record BlockAddress(Path bundle, long position) {}

    /** Where an object is. */
    record Place(Bundle bundle, Row row) {}

    Bundles(Path directory) {
        this.directory = directory;
    }

    /**
     * Where this object is, as far as is known without looking at the directory again.
     *
     * @throws CorruptStateException if it is in no bundle that can be opened, and one cannot be
     */
    Optional<Place> find(ContentId id) throws IOException {
        CorruptStateException damaged = null;
        for (Path path : paths()) {
            try {
                Optional<Bundle> bundle = bundle(path);
                if (bundle.isPresent()) {
                    Optional<Row> row = bundle.get().find(id);
                    if (row.isPresent()) {
                        return Optional.of(new Place(bundle.get(), row.get()));
                    }
                }
            } catch (CorruptStateException e) {
                damaged = e;
            }
        }
        if (damaged != null) {
            throw damaged;
        }
        return Optional.empty();
    }

    /** The bytes of an object, or of its list of chunks, in its decoded block. Not verified. */
    byte[] blockOf(Place place) throws IOException {
        BlockAddress address =
                new BlockAddress(place.bundle().path(), place.row().block());
        synchronized (blocks) {
            byte[] cached = blocks.get(address);
            if (cached != null) {
                return cached;
            }
        }
        byte[] block = place.bundle().block(place.row().block());
        synchronized (blocks) {
            blocks.put(address, block);
        }
        return block;
    }

    /** Forgets decoded blocks, so that the next read is of the disk. */
    void dropCache() {
        synchronized (blocks) {
            blocks.clear();
        }
    }

    /** Looks at the directory again: another process may have added bundles, or replaced them. */
    synchronized void refresh() {
        listed = null;
    }

    /** Moves sealed bundles in; all of them are durable on return. */
    void moveIn(List<Path> sealed) throws IOException {
        if (sealed.isEmpty()) {
            return;
        }
        for (Path path : sealed) {
            DurableFiles.rename(path, directory.resolve(newName()));
        }
        DurableFiles.fsyncDirectory(directory);
        refresh();
    }

    /** Names of all bundles now, sorted. */
    synchronized Set<String> names() throws IOException {
        refresh();
        Set<String> names = new TreeSet<>();
        paths().forEach(path -> names.add(path.getFileName().toString()));
        return names;
    }

    /** All bundles, the youngest first. @throws CorruptStateException if one is damaged */
    List<Bundle> all() throws IOException {
        List<Bundle> all = new ArrayList<>();
        for (Path path : paths()) {
            bundle(path).ifPresent(all::add);
        }
        return all;
    }

    /** Deletes a bundle whose objects are not needed, or durable elsewhere. */
    synchronized void delete(Bundle bundle) throws IOException {
        open.remove(bundle.path());
        bundle.close();
        Files.deleteIfExists(bundle.path());
        refresh();
    }

    /** Moves a bundle away, with what is damaged in it. */
    synchronized void setAside(Path bundle, Path to) throws IOException {
        Bundle opened = open.remove(bundle);
        if (opened != null) {
            opened.close();
        }
        DurableFiles.moveInto(bundle, to);
        refresh();
    }

    synchronized List<Path> paths() throws IOException {
        if (listed == null) {
            try (Stream<Path> children = Files.list(directory)) {
                listed = children.filter(path -> path.getFileName().toString().endsWith(SUFFIX))
                        .sorted(Comparator.reverseOrder())
                        .toList();
            } catch (NoSuchFileException none) {
                listed = List.of();
            }
        }
        return listed;
    }

    /** Empty if it has been deleted meanwhile. */
    synchronized Optional<Bundle> bundle(Path path) throws IOException {
        Bundle bundle = open.get(path);
        if (bundle == null) {
            try {
                bundle = Bundle.open(path);
            } catch (NoSuchFileException replaced) {
                return Optional.empty();
            }
            open.put(path, bundle);
        }
        return Optional.of(bundle);
    }

    /** Sorts by age, and never collides. */
    private static String newName() {
        return "%012x-%s%s"
                .formatted(
                        Clock.systemUTC().millis(),
                        UUID.randomUUID().toString().replace("-", "").substring(0, 16),
                        SUFFIX);
    }

    @Override
    public synchronized void close() throws IOException {
        for (Bundle bundle : open.values()) {
            bundle.close();
        }
        open.clear();
        dropCache();
    }
}
