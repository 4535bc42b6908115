package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;

/**
 * What came of a run, as it stands in {@code result.json}; that file's presence says that the run has ended.
 *
 * @param message one sentence for people
 * @param release null where none was concerned
 * @param rollbackPoint null where none was taken by itself
 * @param smokeTest null where none ran by itself
 * @param releaseDirectory absolute path of the release's records; null where there is none
 * @param smokeTestsFile absolute path of the smoke test's JUnit report; null where none ran by itself
 * @param journalHead hash of the journal's newest record, in hex; null where the journal was not opened
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
        String journalHead) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    int exitCode() {
        return outcome.exitCode();
    }

    static Result refused(String message) {
        return new Result(Outcome.REFUSED, message, null, null, null, null, null, null);
    }

    static Result error(String message) {
        return new Result(Outcome.ERROR, message, null, null, null, null, null, null);
    }
}
