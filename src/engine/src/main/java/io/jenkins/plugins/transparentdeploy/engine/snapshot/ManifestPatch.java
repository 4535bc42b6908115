package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest, told to somebody who has another one: only what differs.
 *
 * @param base the one that is known; empty for {@link Manifest#EMPTY}
 * @param id the one that is meant
 * @param removed paths that the base has besides
 * @param entries what the base has not, or has otherwise
 */
public record ManifestPatch(Optional<ContentId> base, ContentId id, List<String> removed, List<ManifestEntry> entries) {
    public ManifestPatch {
        removed = List.copyOf(removed);
        entries = List.copyOf(entries);
    }

    /** What has to be said of a manifest to somebody who has the base. */
    public static ManifestPatch between(Optional<Manifest> base, Manifest wanted) {
        Manifest from = base.orElse(Manifest.EMPTY);
        List<String> removed = new ArrayList<>();
        List<ManifestEntry> entries = new ArrayList<>();
        Manifest.sideBySide(List.of(from, wanted), (path, both) -> {
            if (both.get(1).isEmpty()) {
                removed.add(path);
            } else if (!both.get(0).equals(both.get(1))) {
                entries.add(both.get(1).get());
            }
        });
        return new ManifestPatch(base.map(Manifest::id), wanted.id(), removed, entries);
    }

    /**
     * The manifest that is meant.
     *
     * @param from the base
     * @throws CorruptStateException if it does not come out
     */
    public Manifest applyTo(Manifest from) {
        Map<String, ManifestEntry> merged = new HashMap<>();
        from.entries().forEach(entry -> merged.put(entry.path(), entry));
        removed.forEach(merged::remove);
        entries.forEach(entry -> merged.put(entry.path(), entry));
        try {
            Manifest manifest = Manifest.of(merged.values());
            if (manifest.id().equals(id)) {
                return manifest;
            }
        } catch (IllegalArgumentException e) {
            throw new CorruptStateException(
                    "What was said of the manifest " + id + " is none: " + e.getMessage(), CURE);
        }
        throw new CorruptStateException("What was said of the manifest " + id + " makes another one", CURE);
    }

    private static final String CURE = "Use the same version of this program on both sides";
}
