package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.DeleteEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The operations that make one tree another, in an order in which each is possible when it comes:
 *
 * <ol>
 *   <li>directories that are to be changed but not writable are opened;
 *   <li>what stands in the way goes: directories that become files, files that become directories;
 *   <li>what is new or different comes, a directory before what is in it;
 *   <li>what is not wanted any more goes, a directory after what was in it;
 *   <li>directories that are not to be writable are closed.
 * </ol>
 */
public final class FileOperations {
    private final String instance;
    private final Manifest from;
    private final Manifest to;
    private final Delta delta;
    private final PlannedOperations operations;
    /** The directories that operations changed, as these leave them; empty if they deleted it. */
    private final Map<String, Optional<DirectoryEntry>> changed = new HashMap<>();

    private FileOperations(String instance, Manifest from, Manifest to) {
        this.instance = instance;
        this.from = from;
        this.to = to;
        this.delta = Delta.between(from, to);
        this.operations = new PlannedOperations(instance, delta);
    }

    /**
     * Plans them. The list holds a few bytes for each; an operation is made when it is asked for.
     *
     * @param instance name of the instance that the operations are of
     */
    public static List<FileOperation> between(String instance, Manifest from, Manifest to) {
        return new FileOperations(instance, from, to).plan();
    }

    private List<FileOperation> plan() {
        NavigableSet<String> changing = directoriesThatChange();
        changing.forEach(this::open);
        BitSet inTheWay = inTheWay();
        deleteBackwards(inTheWay);
        createAndUpdate(changing);
        inTheWay.flip(0, delta.deleted().size());
        deleteBackwards(inTheWay);
        changing.descendingSet().forEach(this::close);
        return Collections.unmodifiableList(operations);
    }

    private NavigableSet<String> directoriesThatChange() {
        NavigableSet<String> changing = new TreeSet<>(Manifest.pathOrder());
        delta.created().forEach(entry -> parentOf(entry.path()).ifPresent(changing::add));
        delta.deleted().forEach(entry -> parentOf(entry.path()).ifPresent(changing::add));
        delta.updated().stream()
                .filter(Delta.Change::contentChanges)
                .forEach(change -> parentOf(change.after().path()).ifPresent(changing::add));
        return changing;
    }

    /** Which of the deleted paths are, or lie in, what is created as something else. */
    private BitSet inTheWay() {
        BitSet inTheWay = new BitSet();
        Optional<String> parent = Optional.empty();
        boolean parentInTheWay = false;
        int number = 0;
        for (ManifestEntry entry : delta.deleted()) {
            Optional<String> own = parentOf(entry.path());
            if (!own.equals(parent)) {
                parent = own;
                parentInTheWay = isInTheWay(own);
            }
            inTheWay.set(number++, parentInTheWay || to.find(entry.path()).isPresent());
        }
        return inTheWay;
    }

    /** Whether this directory, or one that it is in, becomes something else. */
    private boolean isInTheWay(Optional<String> directory) {
        for (Optional<String> path = directory; path.isPresent(); path = parentOf(path.get())) {
            if (to.find(path.get())
                    .filter(wanted -> !(wanted instanceof DirectoryEntry))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private Optional<DirectoryEntry> standing(String path) {
        Optional<DirectoryEntry> known = changed.get(path);
        return known != null
                ? known
                : from.find(path).filter(DirectoryEntry.class::isInstance).map(DirectoryEntry.class::cast);
    }

    private void open(String path) {
        standing(path)
                .filter(before -> !before.mode().opensDirectory())
                .ifPresent(
                        before -> update(before, before.withMode(before.mode().opened())));
    }

    private void close(String path) {
        Optional<DirectoryEntry> now = standing(path);
        if (now.isPresent()) {
            to.find(path).ifPresent(wanted -> update(now.get(), wanted));
        }
    }

    private void createAndUpdate(NavigableSet<String> changing) {
        Iterator<ManifestEntry> creations = delta.created().iterator();
        Iterator<Delta.Change> updates = delta.updated().iterator();
        ManifestEntry created = next(creations);
        Delta.Change updated = next(updates);
        int creation = 0;
        int update = 0;
        while (created != null || updated != null) {
            if (updated == null
                    || created != null
                            && Manifest.pathOrder()
                                            .compare(
                                                    created.path(),
                                                    updated.after().path())
                                    < 0) {
                create(created, creation++, changing);
                created = next(creations);
            } else {
                update(updated, update++, changing);
                updated = next(updates);
            }
        }
    }

    private static <T> T next(Iterator<T> iterator) {
        return iterator.hasNext() ? iterator.next() : null;
    }

    private void create(ManifestEntry entry, int number, NavigableSet<String> changing) {
        if (entry instanceof DirectoryEntry directory) {
            DirectoryEntry after = changing.contains(entry.path()) ? opened(directory) : directory;
            operations.add(new CreateEntry(instance, after));
            changed.put(after.path(), Optional.of(after));
        } else {
            operations.addCreation(number);
        }
    }

    private void update(Delta.Change change, int number, NavigableSet<String> changing) {
        if (change.after() instanceof DirectoryEntry directory) {
            ManifestEntry before =
                    standing(directory.path()).<ManifestEntry>map(now -> now).orElse(change.before());
            update(before, changing.contains(directory.path()) ? opened(directory) : directory);
        } else {
            operations.addUpdate(number);
        }
    }

    private void deleteBackwards(BitSet which) {
        for (int i = which.previousSetBit(which.length()); i >= 0; i = which.previousSetBit(i - 1)) {
            if (delta.deleted().get(i) instanceof DirectoryEntry directory) {
                operations.add(
                        new DeleteEntry(instance, standing(directory.path()).orElse(directory)));
                changed.put(directory.path(), Optional.empty());
            } else {
                operations.addDeletion(i);
            }
        }
    }

    /** A directory stays one. */
    private void update(ManifestEntry before, ManifestEntry after) {
        if (!before.meets(after)) {
            operations.add(new UpdateEntry(instance, before, after));
            if (after instanceof DirectoryEntry directory) {
                changed.put(directory.path(), Optional.of(directory));
            }
        }
    }

    private static DirectoryEntry opened(DirectoryEntry directory) {
        return directory.mode().opensDirectory()
                ? directory
                : directory.withMode(directory.mode().opened());
    }

    private static Optional<String> parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(path.substring(0, slash));
    }
}
