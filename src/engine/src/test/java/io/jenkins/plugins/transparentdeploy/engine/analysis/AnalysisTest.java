package io.jenkins.plugins.transparentdeploy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.FakeTicker;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.TcpCheck;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The sampling, in a time of its own. */
class AnalysisTest {
    private static final int RATE = 100;
    private static final Metric ERRORS = new Metric.ErrorRate("errors", Set.of("new"), Objective.atMost(0.01, 0.05), 1);
    private static final Metric CHECK = new Metric.CheckSuccess(
            "cart", new TcpCheck("cart", "localhost", 1, Duration.ofSeconds(1)), Objective.atLeast(1, 0.8), 1);
    private static final CheckRunner PASSING =
            check -> new CheckResult(check.name(), check.kind(), true, "", "", "", Duration.ofMillis(3), 1);
    private static final Executor AT_ONCE = Runnable::run;

    private final FakeTicker ticker = new FakeTicker();
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> helped = new ArrayList<>();

    private static AnalysisSpec spec(Metric... metrics) {
        return new AnalysisSpec(
                Duration.ofSeconds(10), Duration.ofSeconds(1), 50, 0.9, Duration.ofSeconds(25), List.of(metrics));
    }

    private static Instant at(double seconds) {
        return FakeTicker.START.plusMillis(Math.round(seconds * 1000));
    }

    private long second() {
        return Duration.between(FakeTicker.START, ticker.now()).toSeconds();
    }

    private static TrafficStatistics reading(Instant since, long requests, long failures) {
        return new TrafficStatistics(
                since,
                Map.of(
                        "new",
                        new BackendTraffic(
                                requests,
                                failures,
                                requests == 0 ? LatencyHistogram.EMPTY : new LatencyHistogram(Map.of(100, requests))),
                        // somebody else's failures
                        "old",
                        new BackendTraffic(requests, requests, LatencyHistogram.EMPTY)));
    }

    /** A hundred requests a second, of which so many fail in each. */
    private StatisticsSource traffic(LongUnaryOperator failuresInSecond) {
        return () -> {
            long failures = 1000;
            for (long s = 1; s <= second(); s++) {
                failures += failuresInSecond.applyAsLong(s);
            }
            return reading(Instant.EPOCH, 5000 + RATE * second(), failures);
        };
    }

    private AnalysisReport run(CheckRunner checks, StatisticsSource statistics, Metric... metrics) throws Exception {
        return new Analysis(spec(metrics), checks, LogMarks.NONE, ticker)
                .run(Optional.ofNullable(statistics), Baseline.none(), samples::add, helped::add, AT_ONCE);
    }

    @Test
    void aGoodReleaseIsWatchedForTheWindow() throws Exception {
        AnalysisReport report = run(PASSING, traffic(s -> 0), ERRORS, CHECK);
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.score()).hasValue(1);
        assertThat(report.held()).isZero();
        assertThat(report.startedAt()).isEqualTo(at(0));
        assertThat(report.decidedAt()).isEqualTo(at(10));
        assertThat(report.onset()).isEmpty();
        assertThat(report.samples()).isEqualTo(20).isEqualTo(samples.size());
        assertThat(report.summary()).startsWith("PASS: ");
        assertThat(report.metrics().get(0).count()).isEqualTo(10 * RATE);
        assertThat(samples.get(0))
                .isEqualTo(new Sample(
                        at(0),
                        at(1),
                        "errors",
                        java.util.OptionalDouble.of(0),
                        RATE,
                        java.util.OptionalDouble.of(1),
                        new Measurement(RATE, 0, LatencyHistogram.EMPTY, 0),
                        "0.000 % of 100",
                        Optional.empty()))
                .hasToString("errors: 0.000 % of 100");
    }

    @Test
    void aBadReleaseFailsAtOnce() throws Exception {
        AnalysisReport report = run(PASSING, traffic(s -> s >= 4 ? RATE : 0), ERRORS, CHECK);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.decidedAt()).isEqualTo(at(4));
        assertThat(report.onset()).contains(at(3));
        assertThat(report.metrics().get(0).vetoed()).isTrue();
        assertThat(report.metrics().get(1).vetoed()).isFalse();
    }

    @Test
    void fewErrorsTakeLongerToBeSureOf() throws Exception {
        AnalysisReport report = run(PASSING, traffic(s -> 8), ERRORS);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.decidedAt()).isBetween(at(2), at(9));
        assertThat(report.onset()).contains(at(0));
    }

    @Test
    void aCheckThatFailsIsSeen() throws Exception {
        CheckRunner failing =
                check -> new CheckResult(check.name(), check.kind(), second() < 5, "", "", "", Duration.ZERO, 1);
        AnalysisReport report = run(failing, null, CHECK);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.onset()).contains(at(5));
    }

    @Test
    void whatIsShortOfItsObjectiveIsHelpedOnce() throws Exception {
        // 1.5 % at first; the pass score takes 1.4 %
        AnalysisReport report = run(PASSING, traffic(s -> s <= 12 ? 1 + s % 2 : 0), ERRORS);
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.held()).isPositive();
        assertThat(helped).singleElement().asString().startsWith("held: quality 0.88, pass from 0.90");
    }

    @Test
    void noTrafficIsInconclusiveAtTheDeadline() throws Exception {
        AnalysisReport report = run(PASSING, () -> reading(Instant.EPOCH, 5000, 0), ERRORS, CHECK);
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.decidedAt()).isEqualTo(at(25));
        assertThat(helped).isEmpty();
        assertThat(report.score()).isEmpty();
        assertThat(samples.get(0)).hasToString("errors: no requests");
        assertThat(samples.get(0).value()).isEmpty();
    }

    @Test
    void aWindowWithTooLittleTrafficIsExtended() throws Exception {
        // three requests a second make fifty after 17 seconds
        AnalysisReport report = run(PASSING, () -> reading(Instant.EPOCH, 3 * second(), 0), ERRORS);
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.decidedAt()).isEqualTo(at(17));
        assertThat(report.held()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aLoadBalancerThatDoesNotAnswerIsNoData() throws Exception {
        StatisticsSource silent = () -> {
            throw new IOException("nobody is there");
        };
        assertThat(run(PASSING, silent, ERRORS).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(samples).allMatch(sample -> sample.toString().equals("errors: no data: nobody is there"));
    }

    @Test
    void whatWasCountedWhileItCouldNotBeReadIsNotLost() throws Exception {
        StatisticsSource traffic = traffic(s -> 0);
        StatisticsSource interrupted = () -> {
            if (second() >= 2 && second() <= 6) {
                throw new IOException("busy");
            }
            return traffic.read();
        };
        AnalysisReport report = run(PASSING, interrupted, ERRORS);
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.metrics().get(0).count()).isEqualTo(10 * RATE);
    }

    @Test
    void aRestartOfTheLoadBalancerIsNoNegativeTraffic() throws Exception {
        StatisticsSource restarted = () -> second() < 5
                ? reading(Instant.EPOCH, 5000 + RATE * second(), 0)
                : reading(at(4.5), RATE * (second() - 4), 0);
        AnalysisReport report = run(PASSING, restarted, ERRORS);
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.metrics().get(0).count()).isEqualTo(10 * RATE);
    }

    @Test
    void aProbeThatHangsDelaysNothing() throws Exception {
        Executor never = task -> {};
        AnalysisReport report = new Analysis(spec(ERRORS, CHECK), PASSING, LogMarks.NONE, ticker)
                .run(Optional.of(traffic(s -> s >= 2 ? RATE : 0)), Baseline.none(), samples::add, helped::add, never);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.decidedAt()).isEqualTo(at(2));
        assertThat(samples).anyMatch(sample -> sample.toString().equals("cart: no probe has ended"));
    }

    @Test
    void aVerdictCanBeMadeAgainFromTheSamples() throws Exception {
        AnalysisReport report = run(PASSING, traffic(s -> 2), ERRORS);
        List<Sample> read = new ArrayList<>();
        for (Sample sample : samples) {
            read.add(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(sample), Sample.class));
        }
        assertThat(read).isEqualTo(samples);
        Judge judge = new Judge(spec(ERRORS), Baseline.none());
        Judge.Judgement again = judge.judge(judge.after(read), Judge.Phase.AT_DEADLINE);
        assertThat(again.verdict()).contains(report.verdict());
        assertThat(again.score()).isEqualTo(report.score());
        assertThat(again.metrics()).isEqualTo(report.metrics());
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(report), AnalysisReport.class))
                .isEqualTo(report);
    }

    @Test
    void aListenerThatCannotKeepSamplesEndsIt() {
        assertThatThrownBy(() -> new Analysis(spec(ERRORS), PASSING, LogMarks.NONE, ticker)
                        .run(Optional.of(traffic(s -> 0)), Baseline.none(), sample -> {
                            throw new IOException("disk full");
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    @Test
    void anInterruptEndsIt() {
        StatisticsSource interrupting = () -> {
            if (second() == 3) {
                Thread.currentThread().interrupt();
            }
            return reading(Instant.EPOCH, 0, 0);
        };
        assertThatThrownBy(() -> run(PASSING, interrupting, ERRORS)).isInstanceOf(InterruptedException.class);
        assertThat(samples).hasSize(3);
    }

    @Test
    void refusesTrafficMetricsWithoutALoadBalancer() {
        assertThatThrownBy(() -> run(PASSING, null, CHECK, ERRORS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'errors'");
    }
}
