package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;

/**
 * What a release directory was filled with; written beside it.
 *
 * @param manifest id of the manifest
 * @param contentRoot its content root; a hint that saves reading directories which cannot match
 */
public record ReleaseLabel(ContentId manifest, RootHash contentRoot) {
    public static ReleaseLabel of(Manifest manifest) {
        return new ReleaseLabel(manifest.id(), manifest.contentRoot());
    }
}
