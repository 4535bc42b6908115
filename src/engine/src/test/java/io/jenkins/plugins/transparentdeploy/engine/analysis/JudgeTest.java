package io.jenkins.plugins.transparentdeploy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Judge.Judgement;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Judge.Phase;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpAccess;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusQuery;
import io.jenkins.plugins.transparentdeploy.engine.check.TcpCheck;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class JudgeTest {
    static final Duration FAST = Duration.ofMillis(10);
    private static final Duration SLOW = Duration.ofSeconds(1);
    static final Metric ERRORS = new Metric.ErrorRate("errors", Set.of(), Objective.atMost(0.01, 0.05), 3);
    private static final Metric LATENCY = new Metric.LatencyPercentile(
            "p95", Set.of(), 0.95, Objective.atMost(Duration.ofMillis(100), Duration.ofMillis(500)), 1);
    private static final Metric CHECK =
            new Metric.CheckSuccess("cart", new TcpCheck("cart", "localhost", 1, SLOW), Objective.atLeast(1, 0.8), 1);

    static AnalysisSpec spec(Metric... metrics) {
        return new AnalysisSpec(
                Duration.ofSeconds(60), Duration.ofSeconds(1), 50, 0.9, Duration.ofSeconds(120), List.of(metrics));
    }

    static Judge judge(Metric... metrics) {
        return new Judge(spec(metrics), Optional.empty());
    }

    static Measurement seen(long count, long failures, Duration latency) {
        return count == 0
                ? Measurement.NONE
                : new Measurement(
                        count, failures, new LatencyHistogram(Map.of(LatencyHistogram.bucket(latency), count)), 0);
    }

    /** After one interval. */
    private static Judgement judge(Judge judge, Phase phase, Map<String, Measurement> seen) {
        return judge.judge(judge.after(judge.begin(), seen, Map.of()), phase);
    }

    /** After these intervals. */
    static Judgement judge(Judge judge, Phase phase, String metric, Measurement... intervals) {
        Course course = judge.begin();
        for (Measurement interval : intervals) {
            course = judge.after(course, Map.of(metric, interval), Map.of());
        }
        return judge.judge(course, phase);
    }

    /** So many intervals that are alike. */
    static Measurement[] times(int times, Measurement interval) {
        Measurement[] intervals = new Measurement[times];
        Arrays.fill(intervals, interval);
        return intervals;
    }

    @Test
    void linesOfALogBeyondTheFloorFailAReleaseWhateverTheWeight() {
        for (double weight : new double[] {0, 0.1, 1}) {
            Metric log = new Metric.LogMatches(
                    "severe", Path.of("/log"), Pattern.compile("SEVERE"), Objective.atMost(0, 10), weight);
            Measurement lines = new Measurement(60, 0, LatencyHistogram.EMPTY, 1000);
            Judgement judgement = judge(
                    judge(ERRORS, log), Phase.WITHIN_WINDOW, Map.of("errors", seen(1000, 0, FAST), "severe", lines));
            assertThat(judgement.verdict()).as("weight " + weight).contains(Verdict.FAIL);
        }
    }

    @Test
    void aGoodReleasePassesAtTheEndOfTheWindow() {
        Measurement good = seen(1000, 0, FAST);
        Map<String, Measurement> totals = Map.of("errors", good, "p95", good, "cart", seen(60, 0, FAST));
        Judge judge = judge(ERRORS, LATENCY, CHECK);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, totals).verdict()).isEmpty();
        Judgement judgement = judge(judge, Phase.AFTER_WINDOW, totals);
        assertThat(judgement.verdict()).contains(Verdict.PASS);
        assertThat(judgement.score()).hasValue(1);
        assertThat(judgement.reason()).isEqualTo("quality 1.00, pass from 0.90");
    }

    @Test
    void oneFailureOfTwoIsNoReasonButMostOfMoreAre() {
        Judge judge = judge(ERRORS);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", seen(2, 1, FAST)).verdict())
                .isEmpty();
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", seen(3, 3, FAST)).verdict())
                .isEmpty();
        Judgement judgement = judge(judge, Phase.WITHIN_WINDOW, "errors", seen(10, 9, FAST));
        assertThat(judgement.verdict()).contains(Verdict.FAIL);
        assertThat(judgement.reason()).isEqualTo("errors is 90.00 % of 10, good up to 1.000 %, bad beyond 5.000 %");
        assertThat(judgement.metrics().get(0).vetoed()).isTrue();
        assertThat(judgement.began()).hasValue(0);
    }

    @Test
    void oneBurstDecidesNothingButPersistenceDoes() {
        Judge judge = judge(ERRORS);
        Measurement burst = seen(1000, 400, FAST);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", burst).verdict()).isEmpty();
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", times(3, burst)).verdict())
                .isEmpty();
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", times(4, burst)).verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void fivePercentOfAHundredASecondAreKnownWithinSeconds() {
        Judge judge = judge(ERRORS);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", times(3, seen(100, 5, FAST)))
                        .verdict())
                .isEmpty();
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", times(15, seen(100, 5, FAST)))
                        .verdict())
                .contains(Verdict.FAIL);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "errors", times(60, seen(100, 1, FAST)))
                        .verdict())
                .isEmpty();
    }

    @Test
    void aGoodBeginningDoesNotHideASuddenEnd() {
        Measurement[] intervals = times(61, seen(1000, 0, FAST));
        intervals[60] = seen(100, 100, FAST);
        Judgement judgement = judge(judge(ERRORS), Phase.WITHIN_WINDOW, "errors", intervals);
        assertThat(judgement.verdict()).contains(Verdict.FAIL);
        assertThat(judgement.reason()).startsWith("errors is 0.1664 % of 60100, and lately 100.0 % of 100, good");
        assertThat(judgement.began()).hasValue(60);
    }

    @Test
    void aSlowReleaseIsVetoedByTheShareThatIsTooSlow() {
        Judge judge = judge(LATENCY);
        Measurement mostlyFast = seen(95, 0, FAST).plus(seen(5, 0, SLOW));
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "p95", times(60, mostlyFast))
                        .verdict())
                .isEmpty();
        Measurement tooManySlow = seen(80, 0, FAST).plus(seen(20, 0, SLOW));
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "p95", times(8, tooManySlow))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void aPauseHoweverLongIsOneEvent() {
        Judge judge = judge(LATENCY);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "p95", seen(1000, 0, SLOW)).verdict())
                .isEmpty();
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "p95", times(4, seen(1000, 0, SLOW)))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void aCheckThatKeepsFailingIsAVeto() {
        Judge judge = judge(CHECK);
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "cart", times(2, seen(1, 1, FAST)))
                        .verdict())
                .isEmpty();
        assertThat(judge(judge, Phase.WITHIN_WINDOW, "cart", times(5, seen(1, 1, FAST)))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void whatIsShortOfItsObjectiveIsHeldUntilTheDeadline() {
        Judge judge = judge(ERRORS);
        Measurement[] worse = times(60, seen(200, 3, FAST));
        Judgement held = judge(judge, Phase.AFTER_WINDOW, "errors", worse);
        assertThat(held.verdict()).isEmpty();
        assertThat(held.reason()).startsWith("held: quality 0.88, pass from 0.90: errors is 1.500 % of 12000");
        assertThat(judge(judge, Phase.AT_DEADLINE, "errors", worse).verdict()).contains(Verdict.FAIL);
    }

    @Test
    void readingsOfPrometheusAreJudgedByWhatTheyTypicallyAre() {
        Metric queue = new Metric.PrometheusValue(
                "queue",
                new PrometheusQuery(URI.create("http://127.0.0.1:9090"), "queue", HttpAccess.OPEN, SLOW),
                Objective.atMost(10, 100),
                1);
        Judge judge = judge(queue);
        assertThat(judge(judge, Phase.AFTER_WINDOW, "queue", times(60, Measurement.reading(9)))
                        .verdict())
                .contains(Verdict.PASS);
        Judgement judgement = judge(judge, Phase.WITHIN_WINDOW, "queue", times(15, Measurement.reading(500)));
        assertThat(judgement.verdict()).contains(Verdict.FAIL);
        assertThat(judgement.reason()).isEqualTo("queue is 500.0 of 15, good up to 10.00, bad beyond 100.0");
        Measurement[] spike = times(60, Measurement.reading(9));
        Arrays.fill(spike, 20, 23, Measurement.reading(50));
        assertThat(judge(judge, Phase.AFTER_WINDOW, "queue", spike).verdict()).contains(Verdict.PASS);
        Metric least = new Metric.PrometheusValue(
                "replicas",
                new PrometheusQuery(URI.create("http://127.0.0.1:9090"), "replicas", HttpAccess.OPEN, SLOW),
                Objective.atLeast(3, 1),
                1);
        assertThat(judge(judge(least), Phase.WITHIN_WINDOW, "replicas", times(15, Measurement.reading(0)))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void matchingLinesAreCounted() {
        Metric log = new Metric.LogMatches(
                "log", Path.of("/var/log/x"), Pattern.compile("ERROR"), Objective.atMost(0, 10), 1);
        Judge judge = judge(log);
        assertThat(judge(judge, Phase.AFTER_WINDOW, "log", times(60, Measurement.reading(0)))
                        .verdict())
                .contains(Verdict.PASS);
        Judgement judgement = judge(judge, Phase.WITHIN_WINDOW, "log", times(4, Measurement.reading(3)));
        assertThat(judgement.verdict()).contains(Verdict.FAIL);
        assertThat(judgement.reason()).isEqualTo("log is 12 lines of 4, good up to 0 lines, bad beyond 10 lines");
    }

    @Test
    void qualityIsTheWeightedMean() {
        // errors: 2 % is a quarter of the way from 1 % to 5 %; latency is at its floor or worse
        Map<String, Measurement> totals = Map.of("errors", seen(1000, 20, FAST), "p95", seen(1000, 0, FAST));
        Judge judge = judge(ERRORS, LATENCY);
        assertThat(judge(judge, Phase.AFTER_WINDOW, totals).verdict()).isEmpty();
        Judgement judgement = judge(judge, Phase.AT_DEADLINE, totals);
        assertThat(judgement.score().orElseThrow()).isCloseTo((3 * 0.75 + 1) / 4, within(1e-9));
        assertThat(judgement.verdict()).contains(Verdict.FAIL);
        assertThat(judgement.reason())
                .isEqualTo("quality 0.81, pass from 0.90: errors is 2.000 % of 1000, good up to 1.000 %,"
                        + " bad beyond 5.000 %");
    }

    @Test
    void noDataIsInconclusive() {
        Judge judge = judge(ERRORS, CHECK);
        Map<String, Measurement> totals = Map.of("cart", seen(60, 0, FAST));
        assertThat(judge(judge, Phase.AFTER_WINDOW, totals).verdict()).isEmpty();
        Judgement judgement = judge(judge, Phase.AT_DEADLINE, totals);
        assertThat(judgement.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(judgement.score()).isEmpty();
        assertThat(judgement.reason()).isEqualTo("errors has seen 0 of the 50 samples that it takes");
    }

    @Test
    void tooFewSamplesAreWaitedForUntilTheDeadline() {
        Judge judge = judge(ERRORS);
        assertThat(judge(judge, Phase.AFTER_WINDOW, "errors", seen(49, 0, FAST)).verdict())
                .isEmpty();
        assertThat(judge(judge, Phase.AT_DEADLINE, "errors", seen(49, 0, FAST)).verdict())
                .contains(Verdict.INCONCLUSIVE);
        assertThat(judge(judge, Phase.AFTER_WINDOW, "errors", seen(50, 0, FAST)).verdict())
                .contains(Verdict.PASS);
    }

    @Test
    void beyondTheFloorByChanceIsNeitherPassNorFailure() {
        // So small a weight that the score alone would pass.
        Metric light = new Metric.ErrorRate("light", Set.of(), Objective.atMost(0.01, 0.05), 0.01);
        Map<String, Measurement> totals = Map.of("light", seen(50, 3, FAST), "p95", seen(50, 0, FAST));
        Judge judge = judge(light, LATENCY);
        assertThat(judge(judge, Phase.AFTER_WINDOW, totals).verdict()).isEmpty();
        Judgement judgement = judge(judge, Phase.AT_DEADLINE, totals);
        assertThat(judgement.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(judgement.reason()).endsWith("which may be by chance");
    }

    @Property
    void worseIsNeverBetter(
            @ForAll @DoubleRange(min = 0, max = 1) double one,
            @ForAll @DoubleRange(min = 0, max = 1) double other,
            @ForAll @DoubleRange(min = 0, max = 1) double good,
            @ForAll @DoubleRange(min = 0, max = 1) double span,
            @ForAll @DoubleRange(min = 0, max = 1) double baseline) {
        Objective most = Objective.atMost(good, good + span).loosenedTo(baseline);
        assertThat(most.score(Math.max(one, other))).isLessThanOrEqualTo(most.score(Math.min(one, other)));
        Objective least = Objective.atLeast(good, good - Math.min(good, span)).loosenedTo(baseline);
        assertThat(least.score(Math.min(one, other))).isLessThanOrEqualTo(least.score(Math.max(one, other)));
        for (Objective objective : List.of(most, least)) {
            assertThat(objective.score(one)).isBetween(0.0, 1.0);
            assertThat(objective.score(objective.good())).isEqualTo(1);
            assertThat(objective.isBeyondFloor(objective.floor())).isFalse();
        }
    }

    @Test
    void notANumberIsNeverGood() {
        for (Objective objective : List.of(
                Objective.atMost(1, 2), Objective.atMost(1, 1), Objective.atLeast(2, 1), Objective.atLeast(1, 1))) {
            assertThat(objective.score(Double.NaN)).isZero();
            assertThat(objective.isBeyondFloor(Double.NaN)).isTrue();
            assertThat(objective.loosenedTo(Double.NaN)).isEqualTo(objective);
            assertThat(objective.loosenedTo(Double.POSITIVE_INFINITY)).isEqualTo(objective);
        }
    }

    @Property
    void moreFailuresNeverImproveTheVerdict(
            @ForAll @LongRange(min = 0, max = 500) long count,
            @ForAll @LongRange(min = 0, max = 500) long failures,
            @ForAll @IntRange(min = 0, max = 50) int more,
            @ForAll Phase phase) {
        long few = Math.min(count, failures);
        long many = Math.min(count, failures + more);
        Judge judge = judge(ERRORS);
        Judgement better = judge(judge, phase, "errors", seen(count, few, FAST));
        Judgement worse = judge(judge, phase, "errors", seen(count, many, FAST));
        if (count > 0) {
            assertThat(worse.score().orElseThrow())
                    .isLessThanOrEqualTo(better.score().orElseThrow());
        } else {
            assertThat(worse.score()).isEmpty();
        }
        if (worse.verdict().equals(Optional.of(Verdict.PASS))) {
            assertThat(better.verdict()).contains(Verdict.PASS);
        }
        if (better.verdict().equals(Optional.of(Verdict.FAIL))
                && better.metrics().get(0).vetoed()) {
            assertThat(worse.verdict()).contains(Verdict.FAIL);
        }
    }

    @Property
    void onlyEnoughOfEverythingPasses(
            @ForAll @LongRange(min = 0, max = 100) long requests,
            @ForAll @LongRange(min = 0, max = 60) long probes,
            @ForAll Phase phase) {
        Map<String, Measurement> totals = new HashMap<>();
        totals.put("errors", seen(requests, 0, FAST));
        totals.put("cart", seen(probes, 0, FAST));
        boolean enough = requests >= 50 && probes >= 30 && phase != Phase.WITHIN_WINDOW;
        assertThat(judge(judge(ERRORS, CHECK), phase, totals).verdict().equals(Optional.of(Verdict.PASS)))
                .isEqualTo(enough);
    }

    @Test
    void refusesWhatNothingCouldBeJudgedBy() {
        assertThatThrownBy(() -> Objective.atMost(2, 1)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Objective.atLeast(1, 2)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Objective.atMost(Double.NaN, 1)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new Metric.ErrorRate("e", Set.of(), Objective.atLeast(1, 0), 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'e'");
        assertThatThrownBy(() -> new Metric.ErrorRate("e", Set.of(), Objective.atMost(1, 5), 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("share");
        assertThatThrownBy(() -> new Metric.LatencyPercentile("l", Set.of(), 99, Objective.atMost(1, 5), 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("0.99");
        assertThatThrownBy(() -> spec()).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> spec(ERRORS, ERRORS)).hasMessageContaining("'errors'");
        assertThatThrownBy(() -> new AnalysisSpec(SLOW, SLOW, 1, 0.9, FAST, List.of(ERRORS)))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> new AnalysisSpec(FAST, SLOW, 1, 0.9, SLOW, List.of(ERRORS)))
                .hasMessageContaining("interval");
        assertThatThrownBy(() -> new AnalysisSpec(SLOW, FAST, 1, 0, SLOW, List.of(ERRORS)))
                .hasMessageContaining("pass score");
    }
}
