package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Scaling;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Releases that answer every smoke test and are bad all the same, and one that is only noisy: real processes behind a real load
 * balancer, judged by what real requests get.
 */
class TroubledReleasesTest {
    private static final String JUDGED =
            """
            analysis:
              window: %s
              interval: 250ms
              minimumSamples: 30
              deadline: 3m
              metrics:
                - errorRate: {objective: 0.1%%, floor: 5%%}
                - latency: {percentile: 95, objective: %s, floor: 5s%s}
            strategy: %s
            """;

    @TempDir
    private Path temporary;

    private Storefront shop;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private ReleaseRecord release(ShopInstance.Trouble trouble, String yaml) throws IOException {
        shop = new Storefront(temporary, "a", "b");
        shop.withOneLive();
        shop.open(60);
        await().atMost(Duration.ofMinutes(1)).until(() -> shop.answers().size() > 60);
        shop.with(yaml).workshop().write("troubled", "app", "troubled", "trouble", trouble.name());
        return shop.run("troubled");
    }

    @ParameterizedTest
    @CsvSource({
        "ERRORS, {canary: {steps: [50]}}, error rate",
        "SLOW, {canary: {steps: [50]}}, latency",
        "FLAPPING, {canary: {steps: [50]}}, error rate",
        "LATE, {canary: {steps: [50]}}, error rate",
        "UNDER_LOAD, rolling, error rate"
    })
    void whatIsBadIsTakenBack(ShopInstance.Trouble trouble, String strategy, String found) throws Exception {
        ReleaseRecord record = release(trouble, JUDGED.formatted("60s", "100ms", ", regression: 200ms", strategy));
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason()).contains(found);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("one");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100));
        assertThat(shop.failures()).allMatch(answer -> answer.status() == 500);
    }

    @Test
    void whatIsOnlyNoisyStays() throws Exception {
        ReleaseRecord record =
                release(ShopInstance.Trouble.NOISY, JUDGED.formatted("5s", "1s", "", "{canary: {steps: [50]}}"));
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.failures()).isEmpty();
    }

    /** As many as it takes, by how long requests take behind the load balancer. */
    @Test
    void aServiceThatGetsSlowGetsAnotherInstance() throws Exception {
        String rule = "scaling: {latency: {percentile: 50, objective: 200ms}, max: 2, cooldown: 0s, window: 2s}\n";
        shop = new Storefront(temporary, "a", "b").with("strategy: rolling\n" + rule);
        assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        shop.open(20);
        assertThat(scale())
                .extracting(ScalingRule.Decision::active, ScalingRule.Decision::desired)
                .containsExactly(2, 1);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
        assertThat(shop.isRunning("b")).isFalse();

        shop.with("strategy: recreate\n" + rule)
                .workshop()
                .write("troubled", "app", "troubled", "trouble", ShopInstance.Trouble.SLOW.name());
        assertThat(shop.run("troubled").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.isRunning("b")).isFalse();
        assertThat(scale())
                .extracting(ScalingRule.Decision::active, ScalingRule.Decision::desired)
                .containsExactly(1, 2);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100));
        assertThat(shop.ask("b")).isEqualTo("troubled");
    }

    private ScalingRule.Decision scale() throws Exception {
        try (ManagedEnvironment environment = shop.workshop().open()) {
            return new Scaling(environment).once();
        }
    }
}
