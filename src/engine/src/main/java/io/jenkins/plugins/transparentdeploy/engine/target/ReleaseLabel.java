package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import java.util.Objects;

/**
 * What a release directory was filled with; written beside it.
 *
 * @param manifest id of the manifest
 * @param contentRoot its content root; a hint that saves reading directories which cannot match
 */
public record ReleaseLabel(ContentId manifest, RootHash contentRoot) {
    public ReleaseLabel {
        Objects.requireNonNull(manifest, "manifest");
        Objects.requireNonNull(contentRoot, "contentRoot");
    }

    /** Of a directory that was filled with this. */
    public static ReleaseLabel of(Manifest manifest) {
        return new ReleaseLabel(manifest.id(), manifest.contentRoot());
    }
}
