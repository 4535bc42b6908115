package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.DeleteEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
    private final Manifest to;
    private final Delta delta;
    private final List<FileOperation> operations = new ArrayList<>();
    /** The directories that operations changed, as these leave them. */
    private final Map<String, DirectoryEntry> directories = new HashMap<>();

    private FileOperations(String instance, Manifest from, Manifest to) {
        this.instance = instance;
        this.to = to;
        this.delta = Delta.between(from, to);
        for (ManifestEntry entry : from.entries()) {
            if (entry instanceof DirectoryEntry directory) {
                directories.put(directory.path(), directory);
            }
        }
    }

    /** @param instance name of the instance that the operations are of */
    public static List<FileOperation> between(String instance, Manifest from, Manifest to) {
        return new FileOperations(instance, from, to).plan();
    }

    private List<FileOperation> plan() {
        NavigableSet<String> changing = directoriesThatChange();
        changing.forEach(this::open);
        NavigableSet<String> inTheWay = inTheWay();
        deleteBackwards(delta.deleted().stream()
                .filter(entry -> inTheWay.contains(entry.path()))
                .toList());
        createAndUpdate(changing);
        deleteBackwards(delta.deleted().stream()
                .filter(entry -> !inTheWay.contains(entry.path()))
                .toList());
        changing.descendingSet().forEach(this::close);
        return List.copyOf(operations);
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

    /** Deleted paths that are, or lie in, what is created as something else. */
    private NavigableSet<String> inTheWay() {
        NavigableSet<String> created = new TreeSet<>(Manifest.pathOrder());
        delta.created().forEach(entry -> created.add(entry.path()));
        NavigableSet<String> inTheWay = new TreeSet<>(Manifest.pathOrder());
        for (ManifestEntry entry : delta.deleted()) {
            for (Optional<String> path = Optional.of(entry.path()); path.isPresent(); path = parentOf(path.get())) {
                if (created.contains(path.get())) {
                    inTheWay.add(entry.path());
                }
            }
        }
        return inTheWay;
    }

    private void open(String path) {
        DirectoryEntry before = directories.get(path);
        if (before != null && !before.mode().opensDirectory()) {
            update(before, before.withMode(before.mode().opened()));
        }
    }

    private void close(String path) {
        DirectoryEntry now = directories.get(path);
        to.find(path).ifPresent(wanted -> {
            if (now != null && !now.meets(wanted)) {
                update(now, wanted);
            }
        });
    }

    private void createAndUpdate(NavigableSet<String> changing) {
        List<ManifestEntry> wanted = new ArrayList<>(delta.created());
        Map<String, ManifestEntry> before = new HashMap<>();
        for (Delta.Change change : delta.updated()) {
            wanted.add(change.after());
            before.put(change.after().path(), change.before());
        }
        wanted.sort(Comparator.comparing(ManifestEntry::path, Manifest.pathOrder()));
        for (ManifestEntry entry : wanted) {
            ManifestEntry after = changing.contains(entry.path()) ? opened(entry) : entry;
            ManifestEntry standing = before.get(entry.path());
            if (standing == null) {
                operations.add(new CreateEntry(instance, after));
                remember(after);
            } else {
                DirectoryEntry directory = directories.get(entry.path());
                update(directory == null ? standing : directory, after);
            }
        }
    }

    private void deleteBackwards(List<ManifestEntry> entries) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            ManifestEntry entry = entries.get(i);
            DirectoryEntry directory = directories.remove(entry.path());
            operations.add(new DeleteEntry(instance, directory == null ? entry : directory));
        }
    }

    private void update(ManifestEntry before, ManifestEntry after) {
        if (!before.meets(after)) {
            operations.add(new UpdateEntry(instance, before, after));
            remember(after);
        }
    }

    private void remember(ManifestEntry entry) {
        if (entry instanceof DirectoryEntry directory) {
            directories.put(directory.path(), directory);
        }
    }

    private static ManifestEntry opened(ManifestEntry entry) {
        return entry instanceof DirectoryEntry directory && !directory.mode().opensDirectory()
                ? directory.withMode(directory.mode().opened())
                : entry;
    }

    private static Optional<String> parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(path.substring(0, slash));
    }
}
