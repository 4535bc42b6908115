package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;

/**
 * The managed state of one instance.
 *
 * @param manifest where its manifest is in the object store
 * @param contentRoot equal on any host with the same paths, types, content and executable bits
 */
public record InstanceState(ContentId manifest, RootHash contentRoot) {}
