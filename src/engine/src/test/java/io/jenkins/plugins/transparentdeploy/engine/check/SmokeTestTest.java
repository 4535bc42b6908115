package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SmokeTestTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private static Check check(String name) {
        return new TcpCheck(name, "localhost", 1, LONG);
    }

    private static CheckResult result(Check check, boolean passed) {
        return new CheckResult(check.name(), check.kind(), passed, "said so", "", "", Duration.ofMillis(5), 1);
    }

    private static SmokeTest of(int retries, Duration timeout, String... names) {
        return new SmokeTest(
                java.util.Arrays.stream(names).map(SmokeTestTest::check).toList(),
                retries,
                Duration.ofMillis(250),
                timeout);
    }

    @Test
    void asksAllAtTheSameTimeAndReportsInOrder() throws Exception {
        CyclicBarrier all = new CyclicBarrier(3);
        CheckRunner runner = check -> {
            try {
                all.await(10, TimeUnit.SECONDS);
            } catch (java.util.concurrent.BrokenBarrierException | java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException(e);
            }
            return result(check, !check.name().equals("b"));
        };
        SmokeTestReport report = of(0, LONG, "a", "b", "c").run(runner, new FakeTicker());
        assertThat(report.results()).extracting(CheckResult::name).containsExactly("a", "b", "c");
        assertThat(report.results()).extracting(CheckResult::passed).containsExactly(true, false, true);
        assertThat(report.passed()).isFalse();
        assertThat(report.score()).isEqualTo(2 / 3.0);
        assertThat(report.startedAt()).isEqualTo(FakeTicker.START);
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(report), SmokeTestReport.class))
                .isEqualTo(report);
    }

    @Test
    void retriesOnlyWhatFailed() throws Exception {
        Map<String, Integer> attempts = new ConcurrentHashMap<>();
        CheckRunner runner = check -> {
            int attempt = attempts.merge(check.name(), 1, Integer::sum);
            return result(check, check.name().equals("first") || check.name().equals("third") && attempt == 3);
        };
        FakeTicker ticker = new FakeTicker();
        SmokeTestReport report = of(3, LONG, "first", "third", "never").run(runner, ticker);
        assertThat(report.results()).extracting(CheckResult::attempts).containsExactly(1, 3, 4);
        assertThat(report.results()).extracting(CheckResult::passed).containsExactly(true, true, false);
        assertThat(ticker.sleeps()).hasSize(5).containsOnly(Duration.ofMillis(250));
        assertThat(of(3, LONG, "first", "third").run(runner, ticker).passed()).isFalse();
    }

    @Test
    void whatHasNotPassedInTimeHasFailed() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CheckRunner runner = check -> {
            if (check.name().equals("hangs")) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
            }
            return result(check, true);
        };
        SmokeTestReport report = of(5, Duration.ofMillis(300), "hangs", "works").run(runner, new FakeTicker());
        assertThat(report.passed()).isFalse();
        assertThat(report.results().get(0).detail())
                .isEqualTo("not passed within the smoke test's 300 ms; after 0 attempts: no attempt has ended");
        assertThat(report.results().get(1).passed()).isTrue();
        assertThat(report.took()).isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCheckThatBreaksHasFailed() throws Exception {
        SmokeTestReport report = of(5, LONG, "a")
                .run(
                        check -> {
                            throw new IllegalStateException("broken");
                        },
                        new FakeTicker());
        assertThat(report.passed()).isFalse();
        assertThat(report.results().get(0).detail()).contains("broken");
    }

    @Test
    void refusesWhatCouldNotFailOrEnd() {
        assertThatThrownBy(() -> of(0, LONG)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> of(-1, LONG, "a")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> of(0, Duration.ZERO, "a")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> of(0, LONG, "a", "a"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'a'");
        assertThatThrownBy(() -> new SmokeTest(List.of(check("a")), 0, Duration.ofMillis(-1), LONG))
                .isInstanceOf(RefusedException.class);
    }
}
