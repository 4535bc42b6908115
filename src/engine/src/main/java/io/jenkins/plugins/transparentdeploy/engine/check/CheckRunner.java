package io.jenkins.plugins.transparentdeploy.engine.check;

/** Asks. Safe for use by several threads. */
@FunctionalInterface
public interface CheckRunner {
    /**
     * Makes one attempt, which is over when the check's timeout is. Whatever goes wrong, a check that cannot be asked
     * included, is a failed result that says so.
     */
    CheckResult run(Check check) throws InterruptedException;
}
