package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Recreate;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rolling;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one environment: the merged mapping of a service file, or the resolved copy in a release record. */
public final class EnvironmentReader {
    static final Set<String> KEYS = Set.of(
            "artifact",
            "target",
            "instances",
            "process",
            "ready",
            "drain",
            "loadBalancer",
            "strategy",
            "smokeTest",
            "analysis",
            "keep",
            "freezeAfterRollback",
            "hooks",
            "notifications");

    /** Mappings that say which of several kinds a thing is: an override replaces them whole. */
    static final Set<String> CHOICES = Set.of("ready", "loadBalancer", "strategy");

    static final Set<String> ARTIFACT_KEYS = Set.of("unpack", "stripComponents");
    static final Set<String> STRATEGIES = Set.of(Recreate.NAME, Rolling.NAME);
    static final Set<String> ROLLING_KEYS = Set.of("batch", "pause");

    private EnvironmentReader() {}

    /**
     * Reads the resolved copy that a release record keeps.
     *
     * @throws RefusedException when something in it cannot be
     */
    public static EnvironmentDefinition read(String service, String environment, JsonNode resolved) {
        return read(
                Section.checkName("service", service),
                Section.checkName("environment", environment),
                "environments." + environment,
                resolved);
    }

    static EnvironmentDefinition read(String service, String environment, String path, JsonNode resolved) {
        Section section = Section.of(path, resolved, KEYS);
        List<InstanceDefinition> instances = InstanceReader.read(service, section);
        Optional<LoadBalancerDefinition> loadBalancer = LoadBalancerReader.read(section, instances);
        Section artifact = section.section("artifact", ARTIFACT_KEYS);
        Strategy strategy = strategy(section, instances.size());
        return new EnvironmentDefinition(
                service,
                environment,
                new ArtifactDefinition(artifact.flag("unpack", true), artifact.whole("stripComponents", 0, 0, 64)),
                instances,
                loadBalancer,
                strategy,
                section.child("smokeTest")
                        .map(node -> CheckReader.smokeTest(section.section("smokeTest", CheckReader.SMOKE_TEST_KEYS))),
                section.child("analysis")
                        .map(node -> AnalysisReader.read(
                                section.section("analysis", AnalysisReader.KEYS), loadBalancer.isPresent())),
                section.whole("keep", 5, 1, 1_000),
                section.flag("freezeAfterRollback", true),
                HookReader.read(section.section("hooks", HookReader.KEYS), strategy),
                NotificationReader.read(section),
                resolved);
    }

    private static Strategy strategy(Section environment, int instances) {
        JsonNode node = environment.child("strategy").orElse(null);
        if (node == null) {
            return instances > 1 && environment.has("loadBalancer") ? new Rolling(1, Duration.ZERO) : new Recreate();
        }
        String name = node.isTextual() ? known(environment, node.asText()) : onlyKey(environment, node);
        Section options = Section.of(
                environment.at("strategy") + "." + name,
                node.isTextual() || node.get(name).isNull() ? JsonNodeFactory.instance.objectNode() : node.get(name),
                name.equals(Rolling.NAME) ? ROLLING_KEYS : Set.of());
        return switch (name) {
            case Recreate.NAME -> new Recreate();
            case Rolling.NAME ->
                new Rolling(options.whole("batch", 1, 1, 10_000), options.duration("pause", Duration.ZERO));
            default -> throw new IllegalStateException(name);
        };
    }

    private static String known(Section environment, String name) {
        if (!STRATEGIES.contains(name)) {
            throw environment.bad(
                    "strategy", "names the unknown strategy '" + name + "'", NearestName.cure(name, STRATEGIES));
        }
        return name;
    }

    private static String onlyKey(Section environment, JsonNode node) {
        return Section.of(environment.at("strategy"), node, STRATEGIES).oneOf(STRATEGIES, "strategy");
    }
}
