package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Snapshots of trees in one directory. Several processes may use it at once. Captures and imports are idempotent; what
 * a killed process left unfinished is removed by the next one that opens the store.
 */
public final class SnapshotStore implements Closeable {
    private static final int SCAN_ATTEMPTS = 3;

    private final StoreLayout layout;
    private final StagingArea staging;
    private final ObjectStore objects;
    private final LoadedManifests loaded = new LoadedManifests(this::read);

    private SnapshotStore(StoreLayout layout, StagingArea staging) throws IOException {
        this.layout = layout;
        this.staging = staging;
        this.objects = new ObjectStore(layout, staging::newPath);
    }

    /** Opens the store in this directory, and makes it one if it is missing or empty. */
    public static SnapshotStore open(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        StoreLayout layout = new StoreLayout(absolute);
        if (!Files.exists(absolute)) {
            // Objects may hold configuration that only its owner may read.
            DurableFiles.createDirectories(absolute);
            Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
        }
        DurableFiles.createDirectories(layout.bundles());
        DurableFiles.createDirectories(layout.indexes());
        return new SnapshotStore(layout, StagingArea.open(layout.staging()));
    }

    /** Where it is. */
    public Path directory() {
        return layout.root();
    }

    /** The objects themselves. */
    public ObjectStore objects() {
        return objects;
    }

    /** A path on the store's filesystem where nothing is yet; what is put there is gone when the store is closed. */
    public Path newStagingPath() {
        return staging.newPath();
    }

    /** Where it may be remembered how a tree on another machine looks: a cache, on which nothing depends but speed. */
    public Path indexOf(String tree) {
        return layout.indexElsewhere(tree);
    }

    /**
     * Captures what stands below a root; on return all of it is durable, the manifest as well.
     *
     * @throws RefusedException if the root is missing, or holds something that cannot be kept
     */
    public Manifest capture(Path root, ManagedPaths managed) throws IOException {
        return captureTree(root, managed).manifest();
    }

    /** As {@link #capture}, with what the manifest does not say. */
    public ScannedTree captureTree(Path root, ManagedPaths managed) throws IOException {
        try (ObjectBatch batch = objects.batch();
                TreeSnapshot snapshot = new TreeSnapshot(realRoot(root), managed)) {
            ScannedTree tree = snapshot.scan(content -> batch.put(content).id(), true);
            commit(batch, tree.manifest());
            // Only now what the index remembers is surely in the store.
            snapshot.saveIndex(tree.manifest(), Optional.of(objects.bundles().names()));
            return tree;
        }
    }

    /** Looks at what stands below a root, hashing what changed, and stores nothing. Refuses what {@link #capture} does. */
    public ScannedTree scan(Path root, ManagedPaths managed) throws IOException {
        try (TreeSnapshot snapshot = new TreeSnapshot(realRoot(root), managed)) {
            ScannedTree tree = snapshot.scan(SnapshotStore::hash, false);
            snapshot.saveIndex(tree.manifest(), Optional.empty());
            return tree;
        }
    }

    /** Stores a manifest, durably, with all objects put before. Idempotent. */
    public ContentId save(Manifest manifest) throws IOException {
        try (ObjectBatch batch = objects.batch()) {
            return commit(batch, manifest);
        }
    }

    /** Stores the content of a manifest's files that is in another store, durably. Idempotent. */
    public void takeFrom(SnapshotStore other, Manifest manifest) throws IOException {
        try (ObjectBatch batch = objects.batch()) {
            for (ManifestEntry entry : manifest.entries()) {
                if (entry instanceof FileEntry file && !objects.contains(file.content())) {
                    try (InputStream content = other.objects.open(file.content())) {
                        batch.put(content);
                    }
                }
            }
            batch.commit();
        }
    }

    /**
     * For storing what is written from elsewhere: the contents of these files, one after the other without anything between
     * them. Nothing is stored before {@link ContentIntake#commit}.
     */
    public ContentIntake intake(List<FileEntry> files) {
        return new ContentIntake(this, objects.batch(), files);
    }

    /** Stores a manifest together with the objects of its files. */
    ContentId commit(ObjectBatch batch, Manifest manifest) throws IOException {
        if (manifest.knownId().filter(objects::contains).isEmpty()) {
            // Putting says what the id is, and stores nothing that is there.
            manifest.recall(
                    batch.put(out -> ManifestFormat.write(manifest, out)).id());
        }
        batch.commit();
        return manifest.id();
    }

    /**
     * Reads a manifest; at most once at a time, and not again while it is remembered.
     *
     * @throws CorruptStateException if there is no such manifest, or it is damaged
     */
    public Manifest load(ContentId id) throws IOException {
        return loaded.get(id);
    }

    private Manifest read(ContentId id) throws IOException {
        try (InputStream content = objects.open(id)) {
            return ManifestFormat.parse(content, "The manifest " + id + " in " + layout.root());
        } catch (CorruptStateException e) {
            // That it is damaged says more than what it looks like then.
            objects.verify(id);
            throw e;
        }
    }

    /** Reads every object; corrupt ones are reported, not removed. */
    public ScrubReport verify() throws IOException {
        return new Scrub(objects).run();
    }

    /** Says what is to be kept. */
    @FunctionalInterface
    public interface Needs {
        /** Ids of manifests; asked when nobody else uses the store, so that nothing becomes needed meanwhile. */
        Collection<ContentId> manifests() throws IOException;
    }

    /**
     * Removes what no manifest needs of those that are to be kept. May be killed at any point: what is needed is in the store
     * at every moment. Ends early when somebody waits to use the store, as for a rollback; what is left then the next one
     * removes.
     *
     * @param needs what is kept; manifests that are not in this store are none of its business
     * @throws RefusedException if another process uses the store
     * @throws CorruptStateException if something that is needed is damaged; nothing that is needed was removed
     */
    public PruneReport prune(Needs needs) throws IOException {
        try (Closeable alone = staging.alone()) {
            return new Housekeeping(this, layout.damaged()).prune(needs.manifests(), staging::isAwaited);
        }
    }

    /** Notes that records in this directory need what is in the store; to be called before the first does. Idempotent. */
    public void register(Path stateDirectory) throws IOException {
        Path absolute = stateDirectory.toAbsolutePath().normalize();
        Path note = layout.user(absolute);
        byte[] text = absolute.toString().getBytes(StandardCharsets.UTF_8);
        if (!Files.exists(note) || !Arrays.equals(Files.readAllBytes(note), text)) {
            DurableFiles.createDirectories(layout.users());
            DurableFiles.write(note, text);
        }
    }

    /**
     * The directories that were registered.
     *
     * @throws CorruptStateException if it cannot be told which one was
     */
    public Set<Path> stateDirectories() throws IOException {
        Set<Path> directories = new TreeSet<>();
        try (DirectoryStream<Path> notes = Files.newDirectoryStream(layout.users(), "[0-9a-f]*")) {
            for (Path note : notes) {
                byte[] text = Files.readAllBytes(note);
                if (!ContentId.of(text).hex().equals(note.getFileName().toString())) {
                    throw new CorruptStateException(
                            "The note " + note + " of a state directory that uses the store is damaged",
                            "The next release from that directory writes it anew; if there is none, remove the note");
                }
                directories.add(Path.of(new String(text, StandardCharsets.UTF_8)));
            }
        } catch (NoSuchFileException none) {
            return directories;
        }
        return directories;
    }

    /**
     * Moves damaged files into {@code damaged/}, having taken over what is whole in them; what is lost then can be captured
     * or imported again.
     *
     * @return the files that were moved
     * @throws RefusedException if another process uses the store
     */
    public List<Path> repair() throws IOException {
        try (Closeable alone = staging.alone()) {
            return new Housekeeping(this, layout.damaged()).repair();
        }
    }

    /** Bytes that the objects take on the disk. */
    public long usedBytes() throws IOException {
        return new Housekeeping(this, layout.damaged()).size();
    }

    /** Bytes that this process can still write to the store's filesystem. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(layout.root()).getUsableSpace();
    }

    /** Forgets what was remembered about a tree that is gone. */
    public void forget(Path root) throws IOException {
        Files.deleteIfExists(layout.index(root));
        Files.deleteIfExists(layout.indexWithAttributes(root));
    }

    @Override
    public void close() throws IOException {
        try (staging) {
            objects.close();
        }
    }

    private static Path realRoot(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new RefusedException(
                    root + (Files.exists(root) ? " is not a directory" : " does not exist"),
                    "Create the directory, or correct its path");
        }
        return root.toRealPath();
    }

    /** One look at a tree, helped by its index. */
    private final class TreeSnapshot implements Closeable {
        private final Path root;
        private final ManagedPaths managed;
        private final Path index;
        private final StatIndex before;
        private final StatIndexWriter after;

        TreeSnapshot(Path root, ManagedPaths managed) {
            this.root = root;
            this.managed = managed;
            this.index = managed.attributes() ? layout.indexWithAttributes(root) : layout.index(root);
            this.before = StatIndex.load(index);
            this.after = new StatIndexWriter(before);
        }

        /** @param storing whether what is remembered must be in the store */
        ScannedTree scan(TreeScanner.ContentReader reader, boolean storing) throws IOException {
            boolean allThere = before.bundles().isPresent()
                    && objects.stillHasAllOf(before.bundles().get());
            Predicate<ContentId> usable = storing && !allThere ? objects::contains : id -> true;
            NoSuchFileException vanished = null;
            for (int attempt = 0; attempt < SCAN_ATTEMPTS; attempt++) {
                try {
                    after.clear();
                    IndexedMemory memory = new IndexedMemory(before, after, filesystemTime(), usable);
                    ScannedTree tree = new TreeScanner(root, managed, reader, memory).scan();
                    if (managed.attributes()) {
                        HiddenAttributes.refuse(root, tree.manifest());
                    }
                    if (after.isUnchanged()) {
                        tree.manifest().recall(before.manifest().orElseThrow(), before.contentRoot());
                    }
                    return tree;
                } catch (NoSuchFileException e) {
                    vanished = e;
                }
            }
            throw new RefusedException(
                    "Files below " + root + " vanish while it is read, such as " + vanished.getFile(),
                    "If the application makes and deletes them, add them to exclude: of the target",
                    vanished);
        }

        /**
         * Remembers what was found. Without it the next look only takes longer, so that a full disk, say, keeps nobody from
         * going on.
         *
         * @param bundles those with all that was found; empty if it was not stored
         */
        void saveIndex(Manifest manifest, Optional<Set<String>> bundles) throws IOException {
            Path written = staging.newPath();
            try {
                after.save(index, written, manifest, bundles);
            } catch (IOException e) {
                Files.deleteIfExists(written);
            }
        }

        @Override
        public void close() throws IOException {
            after.close();
        }
    }

    /** The clock that file times are made with, which on a network filesystem is another machine's. */
    private FileTime filesystemTime() throws IOException {
        Path probe = Files.createFile(staging.newPath());
        try {
            return FileStat.of(probe).changed();
        } finally {
            Files.delete(probe);
        }
    }

    private static ContentId hash(InputStream content) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (DigestInputStream in = new DigestInputStream(content, digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return ContentId.of(digest);
    }
}
