package io.jenkins.plugins.transparentdeploy.engine.release;

/**
 * What has to be known of a release to find one among thousands.
 *
 * @param tookEffect see {@link ReleaseRecord#tookEffect}
 * @param good see {@link ReleaseRecord#isGood}
 * @param knownBad whether something speaks against it
 */
record ReleaseSummary(ReleaseId id, String version, boolean tookEffect, boolean good, boolean knownBad) {
    static ReleaseSummary of(ReleaseRecord record) {
        return new ReleaseSummary(
                record.id(),
                record.version(),
                record.tookEffect(),
                record.isGood(),
                record.knownBad().isPresent());
    }
}
