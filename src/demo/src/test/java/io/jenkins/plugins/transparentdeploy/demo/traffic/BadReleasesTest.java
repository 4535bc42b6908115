package io.jenkins.plugins.transparentdeploy.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadReleasesTest {
    private static double share(Misbehaviour misbehaviour, int seconds, int load) {
        Random random = new Random(1);
        int failed = 0;
        for (int i = 0; i < 10_000; i++) {
            failed += misbehaviour.fails(Duration.ofSeconds(seconds), load, random) ? 1 : 0;
        }
        return failed / 10_000.0;
    }

    @Test
    void eachIsBadInItsOwnWay() {
        assertThat(share(Misbehaviour.NONE, 60, 500)).isZero();
        assertThat(share(Misbehaviour.NOISY, 60, 500)).isZero();
        assertThat(share(Misbehaviour.BROKEN, 0, 1)).isEqualTo(1);
        assertThat(share(Misbehaviour.ERRORS, 0, 1)).isBetween(0.04, 0.06);
        assertThat(share(Misbehaviour.FLAPPING, 2, 1)).isBetween(0.27, 0.33);
        assertThat(share(Misbehaviour.FLAPPING, 7, 1)).isZero();
        assertThat(share(Misbehaviour.UNDER_LOAD, 0, 20)).isZero();
        assertThat(share(Misbehaviour.UNDER_LOAD, 0, 50)).isBetween(0.27, 0.33);
        assertThat(share(Misbehaviour.LATE, 29, 1)).isZero();
        assertThat(share(Misbehaviour.LATE, 30, 1)).isBetween(0.08, 0.12);
        assertThat(Misbehaviour.SLOW.delay(new Random(1))).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void requestsAreCountedForASecond() {
        LastSecond load = new LastSecond();
        assertThat(load.count(0)).isEqualTo(1);
        assertThat(load.count(TimeUnit.MILLISECONDS.toNanos(900))).isEqualTo(2);
        assertThat(load.count(TimeUnit.MILLISECONDS.toNanos(1100))).isEqualTo(2);
    }

    @Test
    void aTableGoesBetweenItsMarksAndNowhereElse(@TempDir Path directory) throws Exception {
        Path page = Files.writeString(
                directory.resolve("page.md"),
                "before\n<!-- one: written by scripts/benchmark-traffic -->\nold\n<!-- one: end -->\nbetween\n"
                        + "<!-- two: written by scripts/benchmark-traffic -->\nkept\n<!-- two: end -->\nafter\n");
        Report.write(page, "one", "new\n");
        assertThat(Files.readAllLines(page))
                .containsExactly(
                        "before",
                        "<!-- one: written by scripts/benchmark-traffic -->",
                        "new",
                        "",
                        "<!-- one: end -->",
                        "between",
                        "<!-- two: written by scripts/benchmark-traffic -->",
                        "kept",
                        "<!-- two: end -->",
                        "after");
        assertThatThrownBy(() -> Report.write(page, "three", "new")).isInstanceOf(IOException.class);
    }

    @Test
    void thePageHasTheMarksOfAllTables(@TempDir Path directory) throws Exception {
        Path page = Files.copy(Path.of("../../docs/benchmarks.md"), directory.resolve("page.md"));
        for (String name : List.of("traffic", "others", "bad releases")) {
            for (String balancer : List.of("nginx", "haproxy")) {
                Report.write(page, name + " behind " + balancer, "a table of " + name + " behind " + balancer);
                assertThat(page).content().contains("a table of " + name + " behind " + balancer);
            }
        }
    }

    @Test
    void aRateIsSteadyWhenNothingFailsAndNothingIsSlow() {
        assertThat(step(500, 0, 10).isSteady()).isTrue();
        assertThat(step(500, 0, 200).isSteady()).isFalse();
        assertThat(step(500, 1, 10).isSteady()).isFalse();
        assertThat(step(500, 0, 10).next()).isEqualTo(625);
        assertThat(step(625, 0, 10).next()).isEqualTo(775);
        assertThat(step(775, 0, 10).before()).isEqualTo(600);
        assertThat(step(550, 0, 10).before()).isEqualTo(SteadyRate.LOWEST);
    }

    private static SteadyRate.Step step(int rate, long failed, long millis) {
        return new SteadyRate.Step(
                rate,
                new Traffic(
                        100,
                        failed == 0 ? Map.of() : Map.of("status 502", failed),
                        new LatencyHistogram(Map.of(LatencyHistogram.bucket(Duration.ofMillis(millis)), 100L))));
    }
}
