package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Removes what nothing needs, and mends what is damaged. Only for who uses the store alone. */
final class Housekeeping {
    /** A bundle is written anew when at least a fifth of its objects is not needed. */
    private static final int WASTE = 5;

    /** So many small bundles are brought together. */
    private static final int MANY = 8;

    private static final long SMALL = 4 << 20;

    private final SnapshotStore store;
    private final ObjectStore objects;
    private final Path damaged;

    Housekeeping(SnapshotStore store, Path damaged) {
        this.store = store;
        this.objects = store.objects();
        this.damaged = damaged;
    }

    /** Whether somebody waits for the store. */
    @FunctionalInterface
    interface Awaited {
        boolean isAwaited() throws IOException;
    }

    /**
     * Removes what is not needed; no more than one file of the store after somebody waits for it.
     *
     * @param manifests ids of what is kept; those that are not in this store are none of its business
     */
    PruneReport prune(Collection<ContentId> manifests, Awaited awaited) throws IOException {
        objects.bundles().refresh();
        long before = size();
        ContentIdSet needed = neededBy(manifests);
        long removed = 0;
        List<Bundle> small = new ArrayList<>();
        List<Bundle> wasteful = new ArrayList<>();
        List<Bundle> useless = new ArrayList<>();
        for (Bundle bundle : objects.bundles().all()) {
            int kept = 0;
            boolean orphans = false;
            for (int i = 0; i < bundle.size(); i++) {
                Row row = bundle.row(i);
                boolean isNeeded = needed.contains(row.id());
                kept += isNeeded ? 1 : 0;
                // Its chunks may be in a bundle that goes: then nothing may say that the object is still there.
                orphans |= !isNeeded && row.kind() == Kind.CHUNKS;
            }
            removed += bundle.size() - kept;
            if (kept == 0) {
                useless.add(bundle);
            } else if (orphans || (bundle.size() - kept) * WASTE >= bundle.size()) {
                wasteful.add(bundle);
            } else if (Files.size(bundle.path()) < SMALL) {
                small.add(bundle);
            } else {
                removed -= bundle.size() - kept;
            }
        }
        if (small.size() >= MANY) {
            wasteful.addAll(small);
        }
        // What is written anew comes first, with its lists of chunks, unless there is only room when the rest is gone.
        if (!hasRoomFor(wasteful)) {
            delete(useless);
            useless.clear();
        }
        removed += rewrite(wasteful, needed, awaited);
        if (!awaited.isAwaited()) {
            delete(useless);
        }
        return new PruneReport(needed.size(), removed, before, size());
    }

    private boolean hasRoomFor(List<Bundle> bundles) throws IOException {
        long bytes = 0;
        for (Bundle bundle : bundles) {
            bytes += Files.size(bundle.path());
        }
        return bytes <= store.freeBytes();
    }

    private void delete(List<Bundle> bundles) throws IOException {
        for (Bundle bundle : bundles) {
            objects.bundles().delete(bundle);
        }
    }

    /** @return how many objects with a file of their own were removed */
    private long rewrite(List<Bundle> bundles, ContentIdSet needed, Awaited awaited) throws IOException {
        long removed = 0;
        try (Rewriting rewriting = new Rewriting(objects);
                Stream<ContentId> loose = objects.loose().ids()) {
            for (Bundle bundle : bundles) {
                if (awaited.isAwaited()) {
                    break;
                }
                if (!rewriting.takeOver(bundle, needed::contains)) {
                    throw new CorruptStateException(
                            "The bundle " + bundle.path() + " has corrupt objects that are needed",
                            "Repair the store with 'tdeploy verify --repair' before pruning it");
                }
            }
            for (ContentId id : (Iterable<ContentId>) loose::iterator) {
                if (awaited.isAwaited()) {
                    break;
                }
                if (needed.contains(id)) {
                    rewriting.takeOver(id);
                } else {
                    objects.loose().delete(id);
                    removed++;
                }
            }
            rewriting.commit();
            rewriting.deleteReplaced();
        }
        return removed;
    }

    /** Moves damaged files away, having taken over what is whole in them. @return what was moved */
    List<Path> repair() throws IOException {
        List<Path> moved = new ArrayList<>();
        ScrubReport report = new Scrub(objects).run();
        if (report.isClean()) {
            return moved;
        }
        DurableFiles.createDirectories(damaged);
        for (ScrubReport.DamagedFile file : report.damaged()) {
            objects.bundles().setAside(file.file(), damaged.resolve(file.file().getFileName()));
            moved.add(file.file());
        }
        Set<ContentId> corrupt = new HashSet<>();
        report.corrupt().forEach(object -> corrupt.add(object.id()));
        try (Rewriting rewriting = new Rewriting(objects)) {
            for (Bundle bundle : objects.bundles().all()) {
                if (hasAny(bundle, corrupt)) {
                    // Of what is there twice, one may be whole.
                    rewriting.takeOver(bundle, id -> true);
                    moved.add(bundle.path());
                }
            }
            rewriting.commit();
            rewriting.setReplacedAside(damaged);
        }
        for (ContentId id : corrupt) {
            if (objects.loose().contains(id)) {
                objects.loose().setAside(id, damaged.resolve(id.hex()));
                moved.add(objects.loose().path(id));
            }
        }
        return moved;
    }

    /** Bytes of the store's files of objects. */
    long size() throws IOException {
        long bytes = 0;
        for (Path path : objects.bundles().paths()) {
            bytes += Files.size(path);
        }
        try (Stream<ContentId> loose = objects.loose().ids()) {
            for (ContentId id : (Iterable<ContentId>) loose::iterator) {
                bytes += Files.size(objects.loose().path(id));
            }
        }
        return bytes;
    }

    private static boolean hasAny(Bundle bundle, Set<ContentId> ids) throws IOException {
        for (ContentId id : ids) {
            if (bundle.find(id).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** A manifest that is damaged is not pruned over: nobody knows what it needs. */
    private ContentIdSet neededBy(Collection<ContentId> manifests) throws IOException {
        ContentIdSet needed = new ContentIdSet();
        for (ContentId id : manifests) {
            if (objects.isListed(id) && needed.add(id)) {
                addChunks(id, needed);
                for (ManifestEntry entry : store.load(id).entries()) {
                    if (entry instanceof FileEntry file && needed.add(file.content())) {
                        addChunks(file.content(), needed);
                    }
                }
            }
        }
        return needed;
    }

    private void addChunks(ContentId id, ContentIdSet needed) throws IOException {
        Optional<InputStream> list = objects.openChunkList(id);
        if (list.isPresent()) {
            ChunkList chunks = new ChunkList(list.get());
            for (Optional<ContentId> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                needed.add(chunk.get());
            }
        }
    }
}
