package io.jenkins.plugins.transparentdeploy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OnsetTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final AnalysisSpec SPEC = new AnalysisSpec(
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            1,
            0.9,
            Duration.ofSeconds(60),
            List.of(new Metric.ErrorRate("error rate", Set.of(), Objective.atMost(0.01, 0.1), 1)));

    private final Onset onset = new Onset(SPEC);

    private void second(int second, long requests, long failures) {
        onset.seen(
                START.plusSeconds(second),
                new TrafficStatistics(
                        START,
                        Map.of(
                                "fresh",
                                new BackendTraffic(requests, failures, LatencyHistogram.EMPTY),
                                "stable",
                                new BackendTraffic(100, 100, LatencyHistogram.EMPTY))),
                Set.of("fresh"));
    }

    @Test
    void isTheFirstOfTheBadIntervalsThatReachToNow() {
        assertThat(onset.since()).isEmpty();
        second(0, 100, 50);
        second(1, 100, 0);
        assertThat(onset.since()).as("over again").isEmpty();
        second(2, 100, 5);
        second(3, 0, 0);
        second(4, 100, 5);
        assertThat(onset.since()).contains(START.plusSeconds(2));
    }

    @Test
    void needsAMetricOfTraffic() {
        assertThat(onset.canTell()).isTrue();
    }
}
