package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore;
import java.io.IOException;
import java.util.stream.Stream;

/** Whether what is to be put is whole in the store; asked before an instance is stopped for it. */
final class Soundness {
    private Soundness() {}

    /**
     * Reads every object that a change needs.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when one is missing or corrupt
     */
    static void require(ManagedInstance instance, Delta delta) throws IOException {
        ObjectStore objects = instance.store().objects();
        Stream<ManifestEntry> needed = Stream.concat(
                delta.created().stream(),
                delta.updated().stream().filter(Delta.Change::contentChanges).map(Delta.Change::after));
        for (ManifestEntry entry : (Iterable<ManifestEntry>) needed::iterator) {
            if (entry instanceof FileEntry file) {
                objects.verify(file.content());
            }
        }
    }
}
