package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Whether what is to be put is whole in the store; asked before an instance is stopped for it. */
final class Soundness {
    /** What is there is there for every instance of a store. */
    private final Map<SnapshotStore, Map<ContentId, Boolean>> whole = new ConcurrentHashMap<>();

    /**
     * Reads every object that a change needs, once for all instances, also when they are asked about at the same time.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when one is missing or corrupt
     */
    void require(ManagedInstance instance, Delta delta) throws IOException {
        Map<ContentId, Boolean> verified = whole.computeIfAbsent(instance.store(), store -> new ConcurrentHashMap<>());
        ObjectStore objects = instance.store().objects();
        List<FileEntry> needed = Stream.concat(
                        delta.created().stream(),
                        delta.updated().stream()
                                .filter(Delta.Change::contentChanges)
                                .map(Delta.Change::after))
                .filter(FileEntry.class::isInstance)
                .map(FileEntry.class::cast)
                .filter(file -> !verified.containsKey(file.content()))
                .toList();
        Comparator<ContentId> nearness = objects.readingOrder(needed);
        try {
            needed.stream()
                    .map(FileEntry::content)
                    .sorted(nearness)
                    .forEach(missing -> verified.computeIfAbsent(missing, content -> verify(objects, content)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean verify(ObjectStore objects, ContentId content) {
        try {
            objects.verify(content);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
