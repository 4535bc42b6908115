package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisunderstandingsTest {
    private static final JsonNode NO_OVERRIDES = JsonNodeFactory.instance.objectNode();
    private static final String AROUND =
            """
            target: {directory: "/srv/shop/{instance}"}
            process: {run: [bin/server]}
            instances: {a: {port: 8081}, b: {port: 8082}}
            loadBalancer: {embedded: /run/shop/control.sock}
            """;

    private static ServiceFile file(String line) {
        return ServiceFile.parse(
                "test.yaml", "service: shop\nenvironments:\n  e:\n" + (AROUND + line + "\n").indent(4));
    }

    private static EnvironmentDefinition read(String line) {
        return file(line).environment("e", NO_OVERRIDES);
    }

    private static EnvironmentDefinition judgedBy(String metric) {
        return read("analysis: {metrics: [" + metric + "]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "latency: {percentile: 0.95} | 'environments.e.analysis.metrics[0].latency.percentile' is '0.95', a share. Write 95 for the 95th percentile",
                "latency: {percentile: 0.999} | Write 99.9 for the 99.9th percentile",
                "latency: {percentile: 0.5} | Write 50 for the 50th percentile",
                "errorRate: {}, floor: 1% | 'environments.e.analysis.metrics[0].floor' stands beside 'errorRate', and says nothing there. Write it into 'errorRate', as in '- errorRate: {floor: …}'",
                "log: {file: /var/log/x, pattern: y}, floor: 3 | metrics[0].floor' stands beside 'log'",
                "latency: {}, objective: 1s | metrics[0].objective' stands beside 'latency'",
                "errorRate: {}, weight: 2 | metrics[0].weight' stands beside 'errorRate'",
                "'log: {file: \"/srv/shop/{instance}/logs/app.log\", pattern: y}' | 'environments.e.analysis.metrics[0].log.file' has the placeholder {instance}, which is not filled in here. Write one metric for each instance",
                "'log: {file: \"{directory}/logs/app.log\", pattern: y}' | metrics[0].log.file' has the placeholder {directory}",
                "'check: {http: \"http://127.0.0.1:{port}/\"}' | metrics[0].check.http' has the placeholder {port}",
                "'check: {command: [ask, \"{host}\"]}' | metrics[0].check.command[1]' has the placeholder {host}",
            })
    void aMetricThatWouldNotBeWhatItLooksLikeIsRefused(String metric, String message) {
        assertThatThrownBy(() -> judgedBy("{" + metric + "}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{latency: {percentile: 1}}",
                "{check: {tcp: 'a:1'}, objective: 90%, floor: 10%, weight: 2}",
                "{log: {file: /var/log/x, pattern: '\\p{Lu}{3} \\p{Alpha}'}}",
                "{check: {command: [sh, -c, 'test ${port} -gt 0']}}",
                "{prometheus: {query: 'max(up{instance=\"a\"})', server: 'http://h:9090', objective: 1, floor: 0}}",
            })
    void whatOnlyLooksSimilarIsNot(String metric) {
        assertThatCode(() -> judgedBy(metric)).doesNotThrowAnyException();
    }

    @Test
    void aScalingRuleHasAPercentileToo() {
        assertThatThrownBy(() -> read("scaling: {latency: {percentile: 0.95, objective: 300ms}}"))
                .hasMessageContaining("'environments.e.scaling.latency.percentile' is '0.95', a share");
        assertThatThrownBy(() -> read("scaling: {latency: {percentile: 100, objective: 300ms}}"))
                .hasMessageContaining("'environments.e.scaling.latency.percentile' is '100'. Write 95");
    }

    @Test
    void whatAStepSaysIsRefusedAlike() throws Exception {
        JsonNode analysis = Json.MAPPER.readTree("{\"analysis\":{\"metrics\":[{\"latency\":{\"percentile\":0.95}}]}}");
        assertThatThrownBy(() -> file("").environment("e", analysis))
                .hasMessageContaining("'environments.e.analysis.metrics[0].latency.percentile' is '0.95'");
        JsonNode scaling =
                Json.MAPPER.readTree("{\"scaling\":{\"latency\":{\"percentile\":0.95,\"objective\":\"1s\"}}}");
        assertThatThrownBy(() -> ServiceFile.recorded("shop", "e", read("").resolved(), scaling))
                .hasMessageContaining("'scaling.latency.percentile' is '0.95'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20, window: 500ms | 'environments.e.strategy.canary.steps[1].window' is 500ms, and the analysis samples every 1s. Make it at least as long, or 'analysis.interval' shorter",
                "20, window: 0s | steps[1].window' is 0ms",
            })
    void aStepThatEndsBeforeItsFirstSampleIsRefused(String step, String message) {
        assertThatThrownBy(() -> read("analysis: {metrics: [errorRate: {}]}\n"
                        + "strategy: {canary: {steps: [5, {weight: " + step + "}]}}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aStepMayBeShortWhereSamplesAreFrequent() throws Exception {
        String steps = "strategy: {canary: {steps: [{weight: 5, window: 500ms, minimumSamples: 10}]}}";
        assertThat(read("analysis: {interval: 500ms, metrics: [errorRate: {}]}\n" + steps)
                        .strategy()
                        .name())
                .isEqualTo("canary");
        JsonNode slower = Json.MAPPER.readTree("{\"analysis\":{\"interval\":\"2s\"}}");
        assertThatThrownBy(() -> file("analysis: {interval: 500ms, metrics: [errorRate: {}]}\n" + steps)
                        .environment("e", slower))
                .hasMessageContaining("steps[0].window' is 500ms, and the analysis samples every 2s");
    }

    @ParameterizedTest
    @CsvSource({"window: 1m, window", "minimumSamples: 100, minimumSamples"})
    void aStepThatNobodyJudgesSaysNotHow(String said, String key) {
        assertThatThrownBy(() -> read("strategy: {canary: {steps: [{weight: 5, pause: manual, " + said + "}]}}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(
                        "'environments.e.strategy.canary.steps[0]." + key + "' says how the canary is judged")
                .hasMessageContaining("Add 'analysis:', or leave it out");
    }

    @Test
    void goingBackDoesNotFailForIt() throws Exception {
        ServiceFile accepted = file("analysis: {metrics: [{latency: {percentile: 0.95}, floor: 1s},"
                + " {log: {file: '/srv/{instance}/x', pattern: y}}]}\n"
                + "scaling: {latency: {percentile: 0.95, objective: 1s}}\n"
                + "strategy: {canary: {steps: [{weight: 5, window: 1ms}]}}");
        assertThatThrownBy(() -> accepted.environment("e", NO_OVERRIDES)).isInstanceOf(RefusedException.class);
        EnvironmentDefinition definition = accepted.environmentAsAccepted("e", NO_OVERRIDES);
        JsonNode recorded = Json.MAPPER.readTree(Json.MAPPER.writeValueAsString(definition.resolved()));
        assertThatCode(() -> EnvironmentReader.read("shop", "e", recorded)).doesNotThrowAnyException();
        JsonNode other = Json.MAPPER.readTree("{\"drain\":\"1s\"}");
        assertThatCode(() -> ServiceFile.recorded("shop", "e", recorded, other)).doesNotThrowAnyException();
    }
}
