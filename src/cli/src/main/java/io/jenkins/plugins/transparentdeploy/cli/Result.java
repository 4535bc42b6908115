package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Refusal;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.release.Convergence;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Converging;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;

/**
 * What came of a run, as it stands in {@code result.json}; that file's presence says that the run has ended.
 *
 * @param message one sentence for people
 * @param release null where none was concerned
 * @param rollbackPoint null where none was taken by itself
 * @param smokeTest null where none ran by itself
 * @param releaseDirectory absolute path of the release's records; null where there is none
 * @param smokeTestsFile absolute path of the smoke test's JUnit report; null where none ran by itself
 * @param scaling null where no scaling rule was followed
 * @param convergence null where no instance was brought to the live release by itself
 * @param journalHead the newest record of the journal, as {@code tdeploy journal verify --head} takes it; null where the
 *     journal was not opened
 * @param refusal why it was not done, for programs; null where it was, or where nothing but the message is known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Result(
        Outcome outcome,
        String message,
        ReleaseRecord release,
        RollbackPoint rollbackPoint,
        SmokeTestReport smokeTest,
        String releaseDirectory,
        String smokeTestsFile,
        ScalingRule.Decision scaling,
        Convergence convergence,
        String journalHead,
        Refusal refusal) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    int exitCode() {
        return outcome.exitCode();
    }

    /** How all instances are now. @param report of one that was not kept from it */
    static Result converged(Converging.Report report, String journalHead) {
        Convergence convergence = report.convergence().orElseThrow();
        Outcome complete = report.changed().isEmpty() ? Outcome.NOTHING : Outcome.CONVERGED;
        String changed = report.changed().isEmpty()
                ? "nothing was changed; "
                : "brought to the live release: " + String.join(", ", report.changed()) + "; ";
        return new Result(
                report.isComplete() ? complete : Outcome.INCOMPLETE,
                changed + convergence,
                null,
                null,
                null,
                null,
                null,
                null,
                convergence,
                journalHead,
                null);
    }

    static Result refused(RefusedException e) {
        return only(Outcome.REFUSED, e.getMessage(), Refusal.of(e));
    }

    static Result error(CorruptStateException e) {
        return only(Outcome.ERROR, e.getMessage(), Refusal.of(e));
    }

    static Result error(String message) {
        return only(Outcome.ERROR, message, null);
    }

    static Result nothing(String message) {
        return only(Outcome.NOTHING, message, null);
    }

    private static Result only(Outcome outcome, String message, Refusal refusal) {
        return new Result(outcome, message, null, null, null, null, null, null, null, null, refusal);
    }
}
