package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.Set;

/**
 * What was found on a disk.
 *
 * @param manifest the managed entries
 * @param incidental directories of the manifest that hold nothing managed but something unmanaged, at whatever depth:
 *     they may be there only because the application made them
 * @param holdingUnmanaged directories of the manifest with something unmanaged in them, at whatever depth: they cannot be
 *     deleted
 */
public record ScannedTree(Manifest manifest, Set<String> incidental, Set<String> holdingUnmanaged) {
    public ScannedTree {
        incidental = Set.copyOf(incidental);
        holdingUnmanaged = Set.copyOf(holdingUnmanaged);
    }

    /** The manifest without the incidental directories that {@code reference} does not have. */
    public Manifest comparableTo(Manifest reference) {
        return incidental.isEmpty()
                ? manifest
                : manifest.filtered(entry -> !incidental.contains(entry.path())
                        || reference.find(entry.path()).isPresent());
    }
}
