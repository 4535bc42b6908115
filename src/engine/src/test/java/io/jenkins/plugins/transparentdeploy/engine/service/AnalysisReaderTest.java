package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Metric;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Objective;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalysisReaderTest {
    private static final String AROUND =
            """
            target: {directory: "/srv/shop/{instance}"}
            instances: {a: {port: 8081}, b: {port: 8082}}
            loadBalancer: {embedded: /run/shop/control.sock}
            """;
    private static final String CHECK = "{check: {tcp: 'a:1'}}";

    private static AnalysisSpec read(String analysis) {
        return ServiceFile.parse(
                        "test.yaml",
                        "service: shop\nenvironments:\n  e:\n" + (AROUND + "analysis: " + analysis + "\n").indent(4))
                .environment("e", JsonNodeFactory.instance.objectNode())
                .analysis()
                .orElseThrow()
                .spec();
    }

    private static Objective objectiveOf(String metric) {
        return read("{metrics: [" + metric + "]}").metrics().get(0).objective();
    }

    @Test
    void whatIsNotSaidIsAsDocumented() {
        AnalysisSpec spec = read("{metrics: [" + CHECK + "]}");
        assertThat(spec.window()).isEqualTo(Duration.ofSeconds(30));
        assertThat(spec.interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(spec.deadline()).isEqualTo(Duration.ofSeconds(150));
        assertThat(spec.minimumSamples()).isEqualTo(30);
        assertThat(spec.passScore()).isEqualTo(0.9);
    }

    @Test
    void everyMetricHasItsObjectiveOrTheUsualOne() {
        assertThat(objectiveOf("errorRate: {}")).isEqualTo(Objective.atMost(0.001, 0.05));
        assertThat(objectiveOf("errorRate: {objective: 1%, floor: 0.1, regression: 2%}"))
                .isEqualTo(Objective.atMost(0.01, 0.1).withRegression(0.02));
        assertThat(objectiveOf("latency: {}")).isEqualTo(Objective.atMost(0.5, 5));
        assertThat(objectiveOf("latency: {objective: 300ms, floor: 2s, regression: 200ms}"))
                .isEqualTo(Objective.atMost(0.3, 2).withRegression(0.2));
        assertThat(objectiveOf("{check: {tcp: 'a:1'}, floor: 50%}")).isEqualTo(Objective.atLeast(1, 0.5));
        assertThat(objectiveOf("log: {file: /var/log/x, pattern: y}")).isEqualTo(Objective.atMost(0, 10));
        assertThat(objectiveOf("prometheus: {query: up, server: 'http://h:9090', objective: 10, floor: 100}"))
                .isEqualTo(Objective.atMost(10, 100));
        assertThat(objectiveOf("prometheus: {query: up, server: 'http://h:9090', objective: 10, floor: 2.5}"))
                .isEqualTo(Objective.atLeast(10, 2.5));
    }

    @Test
    void aPercentileIsAShare() {
        List<Metric> metrics =
                read("{metrics: [latency: {}, latency: {percentile: 99.9}]}").metrics();
        assertThat(((Metric.LatencyPercentile) metrics.get(0)).share()).isEqualTo(0.95);
        assertThat(((Metric.LatencyPercentile) metrics.get(1)).share()).isCloseTo(0.999, within(1e-12));
        assertThat(metrics).extracting(Metric::name).containsExactly("latency p95", "latency p99.9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "errorRate: {objective: 5%, floor: 1%} | 'environments.e.analysis.metrics[0].errorRate.floor' is 1%, which is better than the 'objective', 5%. Exchange the two",
                "errorRate: {objective: 10%} | errorRate.floor' is 5% unless given, which is better than the 'objective', 10%. Give both",
                "latency: {floor: 300ms} | latency.floor' is 300ms, which is better than the 'objective', 500ms unless given. Give both",
                "{check: {tcp: 'a:1'}, objective: 0.5} | metrics[0].floor' is 80% unless given, which is better than the 'objective', 0.5. Give both",
                "log: {file: /var/log/x, pattern: y, objective: 11} | log.floor' is 10 unless given, which is better than the 'objective', 11",
                "log: {file: /var/log/x, pattern: y, objective: -1} | log.objective' is '-1'. Give a number of 0 or more",
                "prometheus: {query: up, server: 'http://h', objective: 1} | prometheus.floor' is missing",
                "errorRate: {regression: 0%} | errorRate.regression' is '0%', which would be none",
                "latency: {percentile: 100} | latency.percentile' is '100'. Write 95 for the 95th percentile",
                "latency: {percentile: 0} | latency.percentile' is '0'",
            })
    void aMetricThatContradictsItselfIsRefusedByItsKeys(String metric, String message) {
        assertThatThrownBy(() -> read("{metrics: [" + metric + "]}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interval: 0s, | 'environments.e.analysis.interval' is no time at all",
                "window: 500ms, | analysis.window' is 500ms, and a sample is taken every 1s",
                "window: 1m, deadline: 30s, | analysis.deadline' is 30s, before the end of the 'window' of 1m00s",
                "passScore: 0, | analysis.passScore' is 0, from which anything passes",
            })
    void timesThatContradictEachOtherAreRefusedByTheirKeys(String times, String message) {
        assertThatThrownBy(() -> read("{" + times + " metrics: [" + CHECK + "]}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void twoMetricsOfOneNameAreRefused() {
        assertThatThrownBy(() -> read("{metrics: [errorRate: {}, errorRate: {floor: 10%}]}"))
                .hasMessageContaining(
                        "'environments.e.analysis.metrics' has two of the name 'error rate'. Leave one out");
        assertThatThrownBy(() -> read("{metrics: [" + CHECK + ", " + CHECK + "]}"))
                .hasMessageContaining("has two of the name 'tcp a:1'. Give each a 'name' of its own");
    }
}
