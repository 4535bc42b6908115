package io.jenkins.plugins.transparentdeploy.cli;

/** How a run ended; its exit code is what a CI job branches on. */
enum Outcome {
    SUCCEEDED(0, "the release is live and good"),
    HELD(0, "the release is on every instance and waits for 'complete' or 'rollback'"),
    ROLLED_BACK(1, "the release was bad; the state before is back and was verified"),
    RESTORED(0, "what was asked for is back and was verified"),
    REFUSED(2, "nothing was touched"),
    ROLLBACK_FAILED(3, "a person is needed"),
    FAILED(4, "the smoke test failed"),
    PASSED(0, "the smoke test passed"),
    SNAPSHOT(0, "a rollback point was taken"),
    SCALED(0, "another number of instances serves now"),
    CONVERGED(0, "every instance has the live release"),
    INCOMPLETE(6, "some instances do not have the live release"),
    NOTHING(0, "there was nothing to do"),
    ERROR(5, "something unforeseen; see the message");

    private final int exitCode;
    private final String meaning;

    Outcome(int exitCode, String meaning) {
        this.exitCode = exitCode;
        this.meaning = meaning;
    }

    int exitCode() {
        return exitCode;
    }

    String meaning() {
        return meaning;
    }
}
