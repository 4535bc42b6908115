package io.jenkins.plugins.transparentdeploy.engine.analysis;

import static io.jenkins.plugins.transparentdeploy.engine.analysis.JudgeTest.ERRORS;
import static io.jenkins.plugins.transparentdeploy.engine.analysis.JudgeTest.FAST;
import static io.jenkins.plugins.transparentdeploy.engine.analysis.JudgeTest.judge;
import static io.jenkins.plugins.transparentdeploy.engine.analysis.JudgeTest.seen;
import static io.jenkins.plugins.transparentdeploy.engine.analysis.JudgeTest.spec;
import static io.jenkins.plugins.transparentdeploy.engine.analysis.JudgeTest.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.transparentdeploy.engine.analysis.Judge.Phase;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a judge makes of how it was before, and of how stable instances are at the same time. */
class JudgedByComparisonTest {
    private static Judge beside(Metric... metrics) {
        return new Judge(spec(metrics), Baseline.beside(Set.of("stable")));
    }

    @Test
    void anOutageThatHitsEverybodyIsNotTheCanarysFault() {
        Judge judge = beside(ERRORS);
        Course course = judge.begin();
        for (int i = 0; i < 60; i++) {
            Measurement everybody = seen(100, i >= 20 && i < 30 ? 60 : 0, FAST);
            course = judge.after(course, Map.of("errors", everybody), Map.of("errors", everybody));
            assertThat(judge.judge(course, Phase.WITHIN_WINDOW).verdict()).isEmpty();
        }
        assertThat(judge.judge(course, Phase.AFTER_WINDOW).verdict()).contains(Verdict.PASS);
    }

    @Test
    void aCanaryThatFailsBesideStableInstancesThatDoNotIsFailed() {
        Judge judge = beside(ERRORS);
        Course course = judge.begin();
        for (int i = 0; i < 15; i++) {
            course = judge.after(course, Map.of("errors", seen(100, 8, FAST)), Map.of("errors", seen(400, 1, FAST)));
        }
        assertThat(judge.judge(course, Phase.WITHIN_WINDOW).verdict()).contains(Verdict.FAIL);
    }

    @Test
    void aRegressionIsHeldAgainstWhatWasBefore() {
        Metric slower = new Metric.LatencyPercentile(
                "p95", Set.of(), 0.95, Objective.atMost(0.5, 5).withRegression(0.2), 1);
        TrafficStatistics before = new TrafficStatistics(
                Instant.EPOCH,
                Map.of("a", new BackendTraffic(1000, 0, seen(1000, 0, FAST).latencies())));
        Measurement now = seen(100, 0, Duration.ofMillis(310));
        assertThat(judge(judge(slower), Phase.AFTER_WINDOW, "p95", times(60, now))
                        .verdict())
                .contains(Verdict.PASS);
        assertThat(judge(new Judge(spec(slower), Optional.of(before)), Phase.WITHIN_WINDOW, "p95", times(4, now))
                        .verdict())
                .contains(Verdict.FAIL);
        assertThat(judge(
                                new Judge(spec(slower), Optional.of(before)),
                                Phase.AFTER_WINDOW,
                                "p95",
                                times(60, seen(100, 0, Duration.ofMillis(90))))
                        .verdict())
                .contains(Verdict.PASS);
    }

    private static Judge judgeAfter(long requests, long failures) {
        LatencyHistogram latencies = seen(requests, 0, FAST).latencies();
        return new Judge(
                spec(ERRORS),
                Optional.of(new TrafficStatistics(
                        Instant.EPOCH, Map.of("a", new BackendTraffic(requests, failures, latencies)))));
    }

    @Test
    void aReleaseIsNotToBlameForWhatItFound() {
        // 3 % before and 3.2 % now
        Measurement same = seen(10_000, 320, FAST);
        assertThat(judge(judge(ERRORS), Phase.AT_DEADLINE, "errors", same).verdict())
                .contains(Verdict.FAIL);
        assertThat(judge(judgeAfter(10_000, 300), Phase.AT_DEADLINE, "errors", same)
                        .verdict())
                .contains(Verdict.PASS);
        // but it is for what is worse
        assertThat(judge(judgeAfter(10_000, 300), Phase.AT_DEADLINE, "errors", seen(10_000, 450, FAST))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void aBaselineThatWasBetterTightensNothing() {
        assertThat(judge(judgeAfter(10_000, 0), Phase.AFTER_WINDOW, "errors", seen(10_000, 90, FAST))
                        .score())
                .hasValue(1);
    }

    @Test
    void aBaselineOfTooLittleIsNone() {
        assertThat(judge(judgeAfter(40, 40), Phase.WITHIN_WINDOW, "errors", seen(1000, 900, FAST))
                        .verdict())
                .contains(Verdict.FAIL);
        assertThat(judgeAfter(0, 0).objective(ERRORS, Measurement.NONE)).isEqualTo(ERRORS.objective());
    }

    @Test
    void aFixOfABrokenServiceIsNotVetoed() {
        Objective loosened = judgeAfter(1000, 1000).objective(ERRORS, Measurement.NONE);
        assertThat(loosened.good()).isCloseTo(1.1, within(1e-9));
        assertThat(judge(judgeAfter(1000, 1000), Phase.AFTER_WINDOW, "errors", seen(1000, 200, FAST))
                        .verdict())
                .contains(Verdict.PASS);
    }
}
