package io.jenkins.plugins.transparentdeploy.engine.service;

/**
 * How a release goes about many instances.
 *
 * @param parallel how many are worked on at a time, at least 1
 * @param maxUnavailable how many hosts may be out of reach when something begins; they are left out then
 * @param maxFailures how many instances may fail on the way; they are set aside then
 */
public record FleetDefinition(int parallel, int maxUnavailable, int maxFailures) {
    /** How many may be missing in what a rollback brought back: none may have to do with it. */
    public int tolerated() {
        return maxUnavailable + maxFailures;
    }
}
