package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Analysis;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Baseline;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Sample;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.JUnitXml;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.FileWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
        SmokeTestReport report = smokeTest(run.environment(), LogPositions.of(run));
        run.note(copy -> copy.smokeTest(report));
        new Reporting(run).tested(report);
        try (OutputStream out =
                Files.newOutputStream(run.environment().directory().smokeTests(run.id()))) {
            JUnitXml.write(report, run.record().service() + "." + run.record().environment(), out);
        }
        return report;
    }

    /** Runs the smoke test against what is live. */
    public static SmokeTestReport smokeTest(ManagedEnvironment environment) throws IOException, InterruptedException {
        return smokeTest(environment, LogPositions.ofLive(environment));
    }

    private static SmokeTestReport smokeTest(ManagedEnvironment environment, LogMarks marks)
            throws IOException, InterruptedException {
        SmokeTest smokeTest = environment
                .definition()
                .smokeTest()
                .orElseThrow(() -> new RefusedException(
                        "Service '" + environment.definition().service() + "' has no smoke test in '"
                                + environment.definition().environment() + "'",
                        "Add 'smokeTest: {checks: [...]}' to the service file"));
        SmokeTestReport report = environment
                .await(() -> smokeTest.run(environment.host(), environment.clock(), marks))
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
        return analyse(
                run,
                environment.definition().analysis().orElseThrow().spec(),
                Baseline.before(baseline(environment, run.id())));
    }

    /**
     * Watches the release, or the part of it that has traffic, until a verdict; every sample is kept.
     *
     * @param spec by what, and for how long
     * @param baseline what its traffic is compared with
     */
    public static AnalysisReport analyse(ReleaseRun run, AnalysisSpec spec, Baseline baseline)
            throws IOException, InterruptedException {
        ManagedEnvironment environment = run.environment();
        Path samples = environment.directory().samples(run.id());
        // Not a channel: an interrupt, by which the waiting may be ended, would close it.
        try (Writer writer = new FileWriter(samples.toFile(), StandardCharsets.UTF_8, true)) {
            Analysis analysis = new Analysis(spec, environment.host(), environment.clock(), LogPositions.of(run));
            Instant began = environment.clock().instant();
            AnalysisReport report = environment.await(() -> analysis.run(
                    environment.loadBalancer().map(balancer -> balancer::statistics),
                    baseline,
                    sample -> keep(environment, writer, Duration.between(began, sample.at()), spec.window(), sample)));
            run.note(copy -> copy.analysis(report));
            new Reporting(run).judged(report, spec);
            return report;
        }
    }

    private static void keep(
            ManagedEnvironment environment, Writer writer, Duration watched, Duration window, Sample sample)
            throws IOException {
        writer.write(Json.MAPPER.writeValueAsString(sample) + "\n");
        writer.flush();
        Map<String, Object> data = new HashMap<>();
        data.put("metric", sample.metric());
        sample.value().ifPresent(value -> data.put("value", value));
        sample.score().ifPresent(score -> data.put("score", score));
        environment.tell(ReleaseEvent.Type.SAMPLE, sample.toString(), data);
        long total = window.toMillis();
        environment.tell(
                ReleaseEvent.Type.PROGRESS,
                (watched.toMillis() > total ? "held: " : "watching: ") + sample,
                Map.of("done", Math.min(watched.toMillis(), total), "total", total, "unit", "ms"));
    }

    private static Optional<TrafficStatistics> baseline(ManagedEnvironment environment, ReleaseId id)
            throws IOException {
        try {
            return Optional.of(Json.MAPPER.readValue(
                    Files.readAllBytes(environment.directory().baseline(id)), TrafficStatistics.class));
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
