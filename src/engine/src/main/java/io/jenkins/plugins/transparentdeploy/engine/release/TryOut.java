package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The smoke test of instances that get no requests yet. */
final class TryOut {
    private final ReleaseRun run;
    private final EnvironmentDefinition next;
    private final boolean goingBack;
    private final LogMarks beforeComingBack;

    /**
     * @param next the definition of what they are to be
     * @param goingBack whether of what they wrote only that counts which they write from now on
     */
    TryOut(ReleaseRun run, EnvironmentDefinition next, boolean goingBack) {
        this.run = run;
        this.next = next;
        this.goingBack = goingBack;
        this.beforeComingBack = goingBack ? LogPositions.now(next) : LogMarks.NONE;
    }

    /** @throws NotReadyException when one does not answer as it should */
    void ask(List<String> instances) throws IOException, InterruptedException {
        Optional<SmokeTest> smokeTest = next.smokeTestOf(instances);
        if (smokeTest.isEmpty()) {
            return;
        }
        LogMarks marks = goingBack ? beforeComingBack : LogPositions.of(run);
        SmokeTestReport report = Verification.ask(run.environment(), next, smokeTest.get(), marks);
        if (!report.passed()) {
            throw new NotReadyException(
                    "smoke test failed before any request was sent there: " + report.firstFailure());
        }
    }
}
