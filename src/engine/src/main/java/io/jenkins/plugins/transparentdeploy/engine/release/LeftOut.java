package io.jenkins.plugins.transparentdeploy.engine.release;

/**
 * An instance that a release goes on without: what it should have may not be there, and it gets no requests.
 *
 * @param host the name of its machine
 * @param when at which point it was left out
 * @param reason why, for people
 */
public record LeftOut(String host, When when, String reason) {
    /** At which point of a release. */
    public enum When {
        /** Its host could not be reached when the release began, so nothing was done to it. */
        ABSENT,
        /** Something failed on it on the way, so nobody knows how it was left. */
        FAILED
    }
}
