package io.jenkins.plugins.transparentdeploy.engine.target.command;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a target wrote down before a release, so that it can be come back to. As a manifest:
 *
 * <pre>
 * .transparent-deploy/captured.json   {"schema": 1, "content": whether it is known what was live}
 * content/…                           what was live
 * state/…                             what was written down
 * </pre>
 *
 * <p>So it says of itself that it is one, wherever it is copied to, and nothing else is needed to restore it.
 *
 * @param content what was live, with no entries if nothing was; empty if nobody knew
 * @param state what was written down
 */
public record CapturedState(Optional<Manifest> content, Manifest state) {
    public static final String CONTENT = "content";
    public static final String STATE = "state";

    private static final Marker MARKER = new Marker("captured.json");

    private record Description(int schema, boolean content) {}

    /** The captured state that a manifest is; empty if it is anything else. */
    public static Optional<CapturedState> of(Manifest manifest, SnapshotStore store) throws IOException {
        Optional<Description> description = MARKER.read(store, manifest, Description.class);
        return description.map(found -> new CapturedState(
                found.content() ? Optional.of(manifest.in(CONTENT)) : Optional.empty(), manifest.in(STATE)));
    }

    /** Whether a manifest is a captured state. */
    public static boolean is(Manifest manifest) {
        return MARKER.isIn(manifest);
    }

    /** As a manifest, which is in the store on return. */
    Manifest manifest(SnapshotStore store) throws IOException {
        List<ManifestEntry> entries = new ArrayList<>(MARKER.entries(store, new Description(1, content.isPresent())));
        if (content.isPresent()) {
            entries.add(Marker.directory(CONTENT));
            entries.addAll(content.get().under(CONTENT));
        }
        entries.add(Marker.directory(STATE));
        entries.addAll(state.under(STATE));
        Manifest manifest = Manifest.of(entries);
        store.save(manifest);
        return manifest;
    }
}
