package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Analysis;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Baseline;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.JUnitXml;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.check.Ticker;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out whether a release is good: smoke tests ask it, the analysis watches real traffic. Decides nothing. */
public final class Verification {
    private Verification() {}

    /**
     * The release that waits for a verdict.
     *
     * @throws RefusedException when there is none
     */
    public static ReleaseRecord held(ManagedEnvironment environment) throws IOException {
        return environment
                .history()
                .unfinished()
                .filter(ReleaseRecord::held)
                .orElseThrow(() -> nothingHeld(environment));
    }

    /** What to tell somebody who wants to go on with a release when there is none. */
    public static RefusedException nothingHeld(ManagedEnvironment environment) {
        return new RefusedException(
                "No release of " + environment.definition().service() + "/"
                        + environment.definition().environment() + " waits for a verdict",
                "Deploy one with --hold first; see 'tdeploy history'");
    }

    /** Runs the smoke test and keeps its report with the release. */
    public static SmokeTestReport smokeTest(ReleaseRun run) throws IOException, InterruptedException {
        Reporting reporting = new Reporting(run);
        reporting.indicators();
        SmokeTestReport report = smokeTest(run.environment(), run.answering(), LogPositions.of(run));
        run.note(copy -> copy.smokeTest(report));
        reporting.tested(report);
        try (OutputStream out =
                Files.newOutputStream(run.environment().directory().smokeTests(run.id()))) {
            JUnitXml.write(report, run.record().service() + "." + run.record().environment(), out);
        }
        return report;
    }

    /**
     * Whether a process that can be seen is not there any more: it may have ended after it had been ready. An instance
     * whose host does not answer is set aside, if that may be.
     *
     * @return what ended; empty when nothing did
     */
    public static Optional<String> ended(ReleaseRun run) throws IOException {
        ManagedEnvironment environment = run.environment();
        List<ManagedInstance> serving =
                run.answering().stream().map(environment::instance).toList();
        return Concurrently.ask(environment.atATime(), serving, instance -> ended(run, instance)).values().stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> ended(ReleaseRun run, ManagedInstance instance) throws IOException {
        try {
            return instance.process().isRunning()
                    ? Optional.empty()
                    : Optional.of("the process of instance '" + instance.name() + "' ended");
        } catch (IOException e) {
            if (instance.isRemote() && run.setAside(instance.name(), String.valueOf(e.getMessage()))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Runs the smoke test against what is live. */
    public static SmokeTestReport smokeTest(ManagedEnvironment environment) throws IOException, InterruptedException {
        Optional<ReleaseRecord> live = environment.history().live();
        return smokeTest(
                environment,
                live.isPresent()
                        ? ReleaseRun.answering(environment, live.get())
                        : environment.withoutParked(environment.instances().stream()
                                .map(ManagedInstance::name)
                                .toList()),
                LogPositions.ofLive(environment));
    }

    private static SmokeTestReport smokeTest(ManagedEnvironment environment, List<String> serving, LogMarks marks)
            throws IOException, InterruptedException {
        SmokeTest smokeTest = environment
                .definition()
                .smokeTest(serving)
                .orElseThrow(() -> new RefusedException(
                        "Service '" + environment.definition().service() + "' has no smoke test in '"
                                + environment.definition().environment() + "'",
                        "Add 'smokeTest: {checks: [...]}' to the service file"));
        new AskedLogs(environment.directory()).remember(smokeTest.logFiles(), marks);
        return ask(environment, environment.definition(), smokeTest, marks);
    }

    /** Asks whether what was restored serves; says nothing of single checks. */
    public static SmokeTestReport askRestored(
            ManagedEnvironment environment, EnvironmentDefinition described, SmokeTest smokeTest, LogMarks marks)
            throws InterruptedException {
        return smokeTest
                .run(new InstanceChecks(environment, described, marks), Ticker.startingAt(environment.clock()))
                .reworded(environment::scrub);
    }

    /** Runs the smoke test of a description and tells what came of each check. */
    static SmokeTestReport ask(
            ManagedEnvironment environment, EnvironmentDefinition described, SmokeTest smokeTest, LogMarks marks)
            throws IOException, InterruptedException {
        SmokeTestReport report = environment
                .await(() -> smokeTest.run(
                        new InstanceChecks(environment, described, marks), Ticker.startingAt(environment.clock())))
                .reworded(environment::scrub);
        for (CheckResult result : report.results()) {
            environment.tell(
                    ReleaseEvent.Type.CHECK,
                    (result.passed() ? "passed: " : "failed: ")
                            + result.name()
                            + (result.passed() ? "" : " (" + result.detail() + ")"),
                    Map.of("name", result.name(), "passed", result.passed()));
        }
        return report;
    }

    /** Watches the release until a verdict, against what was before it; every sample is kept. */
    public static AnalysisReport analyse(ReleaseRun run) throws IOException, InterruptedException {
        ManagedEnvironment environment = run.environment();
        AnalysisSpec spec = environment.definition().analysis().orElseThrow().spec();
        Optional<Instant> badSince = run.badSince();
        run.endWatching();
        try (SampleFile samples = SampleFile.of(run, spec.window())) {
            Analysis analysis = new Analysis(spec, environment.host(), environment.clock(), LogPositions.of(run));
            List<String> tried = new ArrayList<>();
            AnalysisReport report = environment
                    .await(() -> analysis.run(
                            environment.loadBalancer().map(balancer -> balancer::statistics),
                            Baseline.before(baseline(environment, run.id())),
                            samples::keep,
                            reason -> environment
                                    .act(() -> new Scaling(environment).oneMore(run))
                                    .ifPresent(tried::add)))
                    .badSince(badSince);
            new Reporting(run).judged(report, spec, "", tried);
            return report;
        }
    }

    /** What the load balancer had counted before the deployment; empty when it did not, or nobody can read it. */
    static Optional<TrafficStatistics> baseline(ManagedEnvironment environment, ReleaseId id) throws IOException {
        try {
            return Optional.of(Json.MAPPER.readValue(
                    Files.readAllBytes(environment.directory().baseline(id)), TrafficStatistics.class));
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
