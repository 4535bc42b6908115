package io.jenkins.plugins.transparentdeploy.demo.simulation;

import io.jenkins.plugins.transparentdeploy.engine.analysis.Analysis;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Baseline;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Metric;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Objective;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Many releases of one kind, each judged by the real analysis as the service file's defaults say, with a window of a
 * minute. The same every time: each release's chance comes from its number.
 *
 * @param noises what the service is like; with several, one release after the other has each
 */
record Trial(List<Noise> noises, Fault fault) {
    private static final double BEFORE = 120;
    private static final int BASELINES = 64;
    private static final CheckRunner NO_CHECKS = check -> {
        throw new IllegalStateException("there are no checks");
    };

    /** How these releases are judged. */
    static final AnalysisSpec SPEC = new AnalysisSpec(
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            30,
            0.9,
            Duration.ofSeconds(300),
            List.of(
                    new Metric.ErrorRate("error rate", Set.of(), Objective.atMost(0.001, 0.05), 1),
                    new Metric.LatencyPercentile(
                            "latency p95",
                            Set.of(),
                            0.95,
                            Objective.atMost(Duration.ofMillis(500), Duration.ofSeconds(5))
                                    .withRegression(0.2),
                            1)));

    Trial {
        noises = List.copyOf(noises);
    }

    static Trial of(Noise noise, Fault fault) {
        return new Trial(List.of(noise), fault);
    }

    /** Judges that many releases, on as many threads as there are processors. */
    Outcomes run(int releases) {
        List<TrafficStatistics> baselines = IntStream.range(0, BASELINES)
                .mapToObj(i -> {
                    SplittableRandom random = random(-1 - i);
                    return SimulatedService.before(noise(i).traffic(random, -BEFORE), random, BEFORE);
                })
                .toList();
        return new Outcomes(
                this,
                IntStream.range(0, releases)
                        .parallel()
                        .mapToObj(i -> judge(i, baselines.get(i % BASELINES)))
                        .toList());
    }

    private SplittableRandom random(int release) {
        return new SplittableRandom(release * 1_000_003L + noises.get(0).ordinal() * 101L + fault.ordinal());
    }

    /** The same for a release and its baseline, whose numbers differ by a multiple of how many there are. */
    private Noise noise(int release) {
        return noises.get(release % noises.size());
    }

    private Outcomes.Outcome judge(int release, TrafficStatistics baseline) {
        SplittableRandom random = random(release);
        VirtualTime time = new VirtualTime();
        SimulatedService service =
                new SimulatedService(fault.in(noise(release).traffic(random, 0), random), random, time);
        try {
            AnalysisReport report = new Analysis(SPEC, NO_CHECKS, LogMarks.NONE, time)
                    .run(Optional.of(service), Baseline.before(Optional.of(baseline)), sample -> {});
            double took =
                    Duration.between(report.startedAt(), report.decidedAt()).toMillis() / 1000.0;
            return new Outcomes.Outcome(report.verdict(), took);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("A simulated service answers always", e);
        }
    }
}
