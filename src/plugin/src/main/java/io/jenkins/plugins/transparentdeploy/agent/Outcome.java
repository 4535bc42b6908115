package io.jenkins.plugins.transparentdeploy.agent;

/** How a run of {@code tdeploy} ended. */
public enum Outcome {
    /** The release serves and stays. */
    SUCCEEDED,
    /** The release serves and waits to be completed or given up. */
    HELD,
    /** The service is well again: the release before it serves. */
    ROLLED_BACK,
    /** What was asked for is back. */
    RESTORED,
    /** A person is needed on the host. */
    ROLLBACK_FAILED,
    /** Nothing was touched. */
    REFUSED,
    /** The smoke test passed. */
    PASSED,
    /** The smoke test failed. */
    FAILED,
    /** A rollback point was made. */
    SNAPSHOT,
    /** Another number of instances serves now. */
    SCALED,
    /** There was nothing to do. */
    NOTHING,
    /** It went wrong in a way that was not foreseen. */
    ERROR;

    static Outcome of(String text) {
        for (Outcome outcome : values()) {
            if (outcome.name().equals(text)) {
                return outcome;
            }
        }
        return ERROR;
    }
}
