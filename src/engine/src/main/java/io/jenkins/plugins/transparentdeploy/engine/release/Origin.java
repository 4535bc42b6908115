package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;

/**
 * The release whose very content another one has: it was promoted.
 *
 * @param environment where it ran
 * @param hostId the host that it ran on
 * @param contentRoot of the whole content; equal on both sides, or nothing was released
 */
public record Origin(String environment, ReleaseId release, String hostId, RootHash contentRoot) {}
