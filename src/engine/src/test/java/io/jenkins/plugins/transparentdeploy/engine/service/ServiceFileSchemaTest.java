package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.notification.Occasion;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schema that editors use and the reader that counts must know the same keys. */
class ServiceFileSchemaTest {
    private JsonNode schema;

    @BeforeEach
    void read() throws Exception {
        try (InputStream in = ServiceFile.class.getResourceAsStream("transparent-deploy.schema.json")) {
            schema = Json.MAPPER.readTree(in);
        }
    }

    private Set<String> keys(String definition) {
        Set<String> keys = new TreeSet<>();
        schema.at("/definitions/" + definition + "/properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private Set<String> metricKeys(String kind) {
        Set<String> keys = new TreeSet<>();
        schema.at("/definitions/metric/properties/" + kind + "/properties")
                .fieldNames()
                .forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void everyMetricHasTheKeysOfItsReader() {
        assertThat(metricKeys("errorRate")).isEqualTo(new TreeSet<>(AnalysisReader.ERROR_RATE_KEYS));
        assertThat(metricKeys("latency")).isEqualTo(new TreeSet<>(AnalysisReader.LATENCY_KEYS));
        assertThat(metricKeys("prometheus")).isEqualTo(new TreeSet<>(AnalysisReader.PROMETHEUS_KEYS));
        assertThat(metricKeys("log")).isEqualTo(new TreeSet<>(AnalysisReader.LOG_KEYS));
    }

    @Test
    void whatIsRefusedOfAMetricIsMarkedInAnEditor() {
        JsonNode metric = schema.at("/definitions/metric");
        Set<String> ofAKind = new TreeSet<>(AnalysisReader.METRIC_KEYS);
        ofAKind.removeAll(AnalysisReader.METRICS);
        assertThat(metric.get("dependencies").fieldNames()).toIterable().hasSameElementsAs(ofAKind);
        metric.get("dependencies")
                .forEach(needed -> assertThat(needed).isEqualTo(Json.MAPPER.valueToTree(List.of("check"))));
        assertThat(metric.at("/properties/latency/properties/percentile/minimum")
                        .asInt())
                .isEqualTo(schema.at("/definitions/scaling/properties/latency/properties/percentile/minimum")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void everyMappingHasTheKeysOfItsReader() {
        Set<String> top = new TreeSet<>();
        schema.get("properties").fieldNames().forEachRemaining(top::add);
        assertThat(top).isEqualTo(new TreeSet<>(ServiceFile.KEYS));
        assertThat(keys("environment")).isEqualTo(new TreeSet<>(EnvironmentReader.KEYS));
        assertThat(keys("artifact")).isEqualTo(new TreeSet<>(EnvironmentReader.ARTIFACT_KEYS));
        assertThat(keys("target")).isEqualTo(new TreeSet<>(InstanceReader.TARGET_KEYS));
        assertThat(keys("host")).isEqualTo(new TreeSet<>(HostReader.HOST_KEYS));
        assertThat(keys("ssh")).isEqualTo(new TreeSet<>(HostReader.SSH_KEYS));
        assertThat(keys("fleet")).isEqualTo(new TreeSet<>(HostReader.FLEET_KEYS));
        assertThat(keys("commandTarget")).isEqualTo(new TreeSet<>(CommandTargetReader.KEYS));
        assertThat(keys("ansibleTarget")).isEqualTo(new TreeSet<>(AnsibleTargetReader.KEYS));
        assertThat(keys("process")).isEqualTo(new TreeSet<>(ProcessReader.KEYS));
        assertThat(keys("check")).isEqualTo(new TreeSet<>(CheckReader.CHECK_KEYS));
        assertThat(keys("ready")).isEqualTo(new TreeSet<>(CheckReader.READY_KEYS));
        assertThat(keys("smokeTest")).isEqualTo(new TreeSet<>(SmokeTestReader.KEYS));
        assertThat(keys("scaling")).isEqualTo(new TreeSet<>(ScalingReader.KEYS));
        assertThat(keys("retention")).isEqualTo(new TreeSet<>(RetentionReader.KEYS));
        assertThat(keys("analysis")).isEqualTo(new TreeSet<>(AnalysisReader.KEYS));
        assertThat(keys("metric")).isEqualTo(new TreeSet<>(AnalysisReader.METRIC_KEYS));
        assertThat(keys("hooks")).isEqualTo(new TreeSet<>(HookReader.KEYS));
        assertThat(keys("hook")).isEqualTo(new TreeSet<>(HookReader.HOOK_KEYS));
        assertThat(keys("notification")).isEqualTo(new TreeSet<>(NotificationReader.KEYS));
        Set<String> events = new TreeSet<>();
        schema.at("/definitions/notification/properties/events/items/enum").forEach(name -> events.add(name.asText()));
        assertThat(events).isEqualTo(Occasion.keys());
        assertThat(keys("loadBalancer")).isEqualTo(new TreeSet<>(LoadBalancerReader.KINDS));
        assertThat(keys("haproxy")).isEqualTo(new TreeSet<>(LoadBalancerReader.HAPROXY_KEYS));
        assertThat(keys("nginx")).isEqualTo(new TreeSet<>(LoadBalancerReader.NGINX_KEYS));
        assertThat(keys("rolling")).isEqualTo(new TreeSet<>(StrategyReader.ROLLING_KEYS));
        assertThat(keys("blueGreen")).isEqualTo(new TreeSet<>(StrategyReader.BLUE_GREEN_KEYS));
        assertThat(keys("canary")).isEqualTo(new TreeSet<>(StrategyReader.CANARY_KEYS));
        assertThat(keys("canaryStep")).isEqualTo(new TreeSet<>(StrategyReader.STEP_KEYS));
        Set<String> strategies = new TreeSet<>();
        schema.at("/definitions/strategy/anyOf/0/enum").forEach(name -> strategies.add(name.asText()));
        assertThat(strategies).isEqualTo(new TreeSet<>(StrategyReader.STRATEGIES));
    }
}
