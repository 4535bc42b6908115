package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Verdict;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.release.Deployment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseSource;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Reporting;
import io.jenkins.plugins.transparentdeploy.engine.release.Retention;
import io.jenkins.plugins.transparentdeploy.engine.release.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The state machine of a release: {@code PREPARED → SNAPSHOTTED → DEPLOYING → VERIFYING → ANALYSING → SUCCEEDED}, and
 * from wherever it fails {@code ROLLING_BACK → ROLLED_BACK | ROLLBACK_FAILED}. Every transition is journaled.
 *
 * <p>The whole of it in one call is {@link #run}. A pipeline that wraps steps of its own calls {@link #deploy}, which
 * leaves the release held in {@code VERIFYING}, then {@link #smokeTest} as often as it likes, and in the end
 * {@link #complete} or {@link #giveUp}.
 */
public final class AutoRollback {
    private final ManagedEnvironment environment;

    public AutoRollback(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Deploys, verifies, analyses, and rolls back by itself when any of it fails.
     *
     * @return the record, in a final state
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when nothing was begun
     */
    public ReleaseRecord run(Path artifact, ReleaseRequest request) throws IOException {
        return run(ReleaseSource.artifact(artifact), request);
    }

    /** As {@link #run(Path, ReleaseRequest)}, with content from anywhere. */
    public ReleaseRecord run(ReleaseSource source, ReleaseRequest request) throws IOException {
        Optional<ReleaseRecord> recovered = new Recovery(environment).recover();
        if (recovered.isPresent() && recovered.get().state() == ReleaseState.ROLLBACK_FAILED) {
            // Nothing is built on a state that nobody knows.
            return recovered.get();
        }
        ReleaseRun run = Deployment.prepare(environment, source, request);
        return forward(run, () -> {
            Deployment.snapshot(run);
            Deployment.deploy(run);
            if (environment.definition().smokeTest().isPresent()) {
                SmokeTestReport report = Verification.smokeTest(run);
                if (!report.passed()) {
                    return Optional.of(failed(run, report));
                }
            }
            return analyse(run);
        });
    }

    /**
     * Deploys, and rolls back by itself when that fails.
     *
     * @param hold whether somebody goes on with it: it stays in {@code VERIFYING} until {@link #complete} or
     *     {@link #giveUp}; otherwise it has succeeded once every instance is ready
     * @return the record, in a final state or held
     */
    public ReleaseRecord deploy(Path artifact, ReleaseRequest request, boolean hold) throws IOException {
        return deploy(ReleaseSource.artifact(artifact), request, hold);
    }

    /** As {@link #deploy(Path, ReleaseRequest, boolean)}, with content from anywhere. */
    public ReleaseRecord deploy(ReleaseSource source, ReleaseRequest request, boolean hold) throws IOException {
        Optional<ReleaseRecord> recovered = new Recovery(environment).recover();
        if (recovered.isPresent() && recovered.get().state() == ReleaseState.ROLLBACK_FAILED) {
            // Nothing is built on a state that nobody knows.
            return recovered.get();
        }
        ReleaseRun run = Deployment.prepare(environment, source, request);
        return forward(run, () -> {
            Deployment.snapshot(run);
            Deployment.deploy(run);
            if (hold) {
                run.hold();
            } else {
                new Reporting(run).notWatched("it was only deployed");
                run.enter(ReleaseState.SUCCEEDED, "deployed; every instance is ready");
            }
            return Optional.empty();
        });
    }

    /** Runs the smoke test for the release that is held, or against what is live; decides nothing. */
    public SmokeTestReport smokeTest() throws IOException, InterruptedException {
        Optional<ReleaseRecord> held = environment.history().unfinished();
        return held.isPresent()
                ? Verification.smokeTest(ReleaseRun.resume(environment, held.get()))
                : Verification.smokeTest(environment);
    }

    /**
     * Judges the release that is held, and rolls it back when the judgement is against it.
     *
     * @return the record, in a final state
     */
    public ReleaseRecord complete() throws IOException {
        ReleaseRun run = ReleaseRun.resume(environment, Verification.held(environment));
        run.release();
        Optional<SmokeTestReport> smokeTest = run.record().smokeTest().filter(report -> !report.passed());
        return forward(run, () -> smokeTest.isPresent() ? Optional.of(failed(run, smokeTest.get())) : analyse(run));
    }

    /**
     * Rolls back the release that is held, or that was interrupted.
     *
     * @return the record, in a final state
     */
    public ReleaseRecord giveUp(Trouble trouble) throws IOException {
        return new Recovery(environment)
                .giveUp(
                        environment.history().unfinished().orElseThrow(() -> Verification.nothingHeld(environment)),
                        trouble);
    }

    private Trouble failed(ReleaseRun run, SmokeTestReport report) {
        return new Trouble(
                "smoke test failed: " + report.firstFailure(),
                run.badSince().filter(report.startedAt()::isAfter).orElse(report.startedAt()),
                environment.clock().instant());
    }

    /** Whether every process that can be seen is still there: one may have ended after it had been ready. */
    private Optional<Trouble> ended(ReleaseRun run) throws IOException {
        Optional<String> ended = Verification.ended(run);
        return ended.map(why -> Trouble.now(why, environment.clock().instant()));
    }

    private Optional<Trouble> analyse(ReleaseRun run) throws IOException, InterruptedException {
        Optional<Trouble> ended = ended(run);
        if (ended.isPresent()) {
            return ended;
        }
        if (environment.definition().analysis().isEmpty()) {
            new Reporting(run).notWatched("no analysis is configured");
            run.enter(ReleaseState.SUCCEEDED, "no analysis is configured");
            return Optional.empty();
        }
        run.enter(ReleaseState.ANALYSING, "");
        // Read now, so that going back need not wait for it.
        environment.journal().commands();
        AnalysisReport report = Verification.analyse(run);
        boolean good = report.verdict() == Verdict.PASS
                || report.verdict() == Verdict.INCONCLUSIVE
                        && environment.definition().analysis().get().keepWhenInconclusive();
        if (good) {
            run.enter(ReleaseState.SUCCEEDED, report.summary());
            return Optional.empty();
        }
        return Optional.of(
                new Trouble(report.summary(), report.onset().orElse(report.decidedAt()), report.decidedAt()));
    }

    private ReleaseRecord forward(ReleaseRun run, Forward.Way way) throws IOException {
        Optional<Trouble> trouble = Forward.go(environment, way);
        run.endWatching();
        if (trouble.isPresent()) {
            return new Recovery(environment).giveUp(run, trouble.get());
        }
        if (run.record().state() == ReleaseState.SUCCEEDED) {
            Retention.apply(run);
        }
        return run.record();
    }
}
