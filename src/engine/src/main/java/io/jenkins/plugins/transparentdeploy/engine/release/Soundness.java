package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Whether what is to be put is whole in the store; asked before an instance is stopped for it. */
final class Soundness {
    /** What is there is there for every instance of a store. */
    private final Map<SnapshotStore, Set<ContentId>> whole = new ConcurrentHashMap<>();

    /**
     * Reads every object that a change needs.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when one is missing or corrupt
     */
    void require(ManagedInstance instance, Delta delta) throws IOException {
        Set<ContentId> verified = whole.computeIfAbsent(instance.store(), store -> ConcurrentHashMap.newKeySet());
        ObjectStore objects = instance.store().objects();
        Stream<ManifestEntry> needed = Stream.concat(
                delta.created().stream(),
                delta.updated().stream().filter(Delta.Change::contentChanges).map(Delta.Change::after));
        for (ManifestEntry entry : (Iterable<ManifestEntry>) needed::iterator) {
            if (entry instanceof FileEntry file && !verified.contains(file.content())) {
                objects.verify(file.content());
                verified.add(file.content());
            }
        }
    }
}
