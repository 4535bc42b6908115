package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The manifests that were read from a store. Many instances have the same, and ask at the same time: each is read once, by
 * whoever asks first, and the others wait for it. The last ones are kept while they are small together, so that one step
 * after the other finds them; the rest as long as somebody has it. Safe for use by several threads.
 */
final class LoadedManifests {
    private static final int MOST_KEPT = 16;

    /** Some 60 bytes each. */
    private static final long MOST_ENTRIES = 200_000;

    /** Reads a manifest. */
    @FunctionalInterface
    interface Reader {
        Manifest read(ContentId id) throws IOException;
    }

    private static final class Slot {
        private WeakReference<Manifest> manifest = new WeakReference<>(null);
    }

    private final Reader reader;
    private final Map<ContentId, Slot> slots = new ConcurrentHashMap<>();
    private final Map<ContentId, Manifest> kept = new LinkedHashMap<>(MOST_KEPT, 0.75f, true);

    LoadedManifests(Reader reader) {
        this.reader = reader;
    }

    /** The manifest. That it could not be read is not remembered. */
    Manifest get(ContentId id) throws IOException {
        Slot slot = slots.computeIfAbsent(id, none -> new Slot());
        synchronized (slot) {
            Manifest manifest = slot.manifest.get();
            if (manifest == null) {
                manifest = reader.read(id);
                slot.manifest = new WeakReference<>(manifest);
            }
            keep(id, manifest);
            return manifest;
        }
    }

    private void keep(ContentId id, Manifest manifest) {
        synchronized (kept) {
            kept.put(id, manifest);
            long entries = kept.values().stream()
                    .mapToLong(each -> each.entries().size())
                    .sum();
            var eldest = kept.values().iterator();
            while (kept.size() > MOST_KEPT || entries > MOST_ENTRIES && eldest.hasNext()) {
                entries -= eldest.next().entries().size();
                eldest.remove();
            }
        }
    }
}
