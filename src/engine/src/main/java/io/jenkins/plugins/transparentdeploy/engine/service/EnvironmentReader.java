package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one environment: the merged mapping of a service file, or the resolved copy in a release record. */
public final class EnvironmentReader {
    static final Set<String> KEYS = Set.of(
            "artifact",
            "target",
            "hosts",
            "ssh",
            "fleet",
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
            "notifications",
            "scaling",
            "retention",
            "journalAnchor");

    static final Set<String> ARTIFACT_KEYS = Set.of("unpack", "stripComponents");

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

    private static Optional<Path> journalAnchor(Section section) {
        return section.text("journalAnchor").map(text -> {
            Path file = Path.of(text);
            if (!file.isAbsolute()) {
                throw section.bad("journalAnchor", "is '" + text + "', not an absolute path", "Begin it with '/'");
            }
            return file;
        });
    }

    static EnvironmentDefinition read(String service, String environment, String path, JsonNode resolved) {
        Section section = Section.of(path, resolved, KEYS);
        Map<String, HostDefinition> hosts = HostReader.read(section);
        List<InstanceDefinition> instances = InstanceReader.read(service, section, hosts);
        Optional<LoadBalancerDefinition> loadBalancer = LoadBalancerReader.read(section, instances);
        Section artifact = section.section("artifact", ARTIFACT_KEYS);
        Strategy strategy = StrategyReader.read(section, instances);
        return new EnvironmentDefinition(
                service,
                environment,
                new ArtifactDefinition(artifact.flag("unpack", true), artifact.whole("stripComponents", 0, 0, 64)),
                instances,
                loadBalancer,
                strategy,
                section.child("smokeTest")
                        .map(node ->
                                SmokeTestReader.read(section.section("smokeTest", SmokeTestReader.KEYS), instances)),
                section.child("analysis")
                        .map(node -> AnalysisReader.read(
                                section.section("analysis", AnalysisReader.KEYS), loadBalancer.isPresent())),
                section.whole("keep", 5, 1, 1_000),
                section.flag("freezeAfterRollback", true),
                HookReader.read(section.section("hooks", HookReader.KEYS), strategy),
                NotificationReader.read(section),
                section.child("scaling")
                        .map(node -> ScalingReader.read(
                                section.section("scaling", ScalingReader.KEYS),
                                instances,
                                strategy,
                                loadBalancer.isPresent())),
                RetentionReader.read(section),
                journalAnchor(section),
                HostReader.fleet(section, !hosts.isEmpty()),
                resolved);
    }
}
