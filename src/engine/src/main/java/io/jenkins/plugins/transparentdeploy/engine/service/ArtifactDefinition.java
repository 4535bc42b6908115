package io.jenkins.plugins.transparentdeploy.engine.service;

/**
 * How an artifact becomes a release's content.
 *
 * @param unpack whether an archive is unpacked, or deployed as the one file that it is
 * @param stripComponents how many leading directories of an archive's names are dropped
 */
public record ArtifactDefinition(boolean unpack, int stripComponents) {}
