package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A service in one environment, fully resolved: nothing else has to be read to release it or to roll it back.
 *
 * @param instances at least one, in the order in which they are changed
 * @param asked what is asked after a deployment and after a rollback
 * @param keep how many releases, beside the live one, can be gone back to
 * @param freezeAfterRollback whether a rollback keeps deployments out until somebody opens the environment again
 * @param hooks commands that belong to a release, in the order in which they run
 * @param webhooks who is told what happens
 * @param scaling how many of the instances run, where that is not all
 * @param retention what of the content of old releases is kept after a release; empty for all
 * @param journalAnchor an absolute path where the journal's head is kept, too
 * @param fleet how a release goes about many instances
 * @param resolved the same as data, as the release record keeps it; {@link EnvironmentReader} reads it back
 */
public record EnvironmentDefinition(
        String service,
        String environment,
        ArtifactDefinition artifact,
        List<InstanceDefinition> instances,
        Optional<LoadBalancerDefinition> loadBalancer,
        Strategy strategy,
        Optional<SmokeTestDefinition> asked,
        Optional<AnalysisDefinition> analysis,
        int keep,
        boolean freezeAfterRollback,
        List<HookDefinition> hooks,
        List<Webhook> webhooks,
        Optional<ScalingRule> scaling,
        Optional<Keeping> retention,
        Optional<Path> journalAnchor,
        FleetDefinition fleet,
        JsonNode resolved) {

    public EnvironmentDefinition {
        instances = List.copyOf(instances);
        hooks = List.copyOf(hooks);
        webhooks = List.copyOf(webhooks);
    }

    /** Whether its instances live on hosts that are reached by SSH. */
    public boolean isRemote() {
        return instances.stream().anyMatch(instance -> instance.host().isPresent());
    }

    /** The hooks of a phase, in the order in which they run. */
    public List<HookDefinition> hooks(HookPhase phase) {
        return hooks.stream().filter(hook -> hook.phase() == phase).toList();
    }

    /** What is asked when these instances serve: of the service as a whole, and of each of them. */
    public Optional<SmokeTest> smokeTest(Collection<String> serving) {
        return asked.flatMap(definition -> definition.of(serving));
    }

    /** What is asked of these instances alone, each by its own address. */
    public Optional<SmokeTest> smokeTestOf(Collection<String> some) {
        return asked.flatMap(definition -> definition.onlyOf(some));
    }

    /** What the smoke test asks of one instance by its own address. */
    public List<Check> checksOf(String instance) {
        return asked.map(definition -> definition.own().getOrDefault(instance, List.of()))
                .orElse(List.of());
    }

    /** What is asked when every instance serves. */
    public Optional<SmokeTest> smokeTest() {
        return smokeTest(instances.stream().map(InstanceDefinition::name).toList());
    }

    /** The instance of that name. */
    public InstanceDefinition instance(String name) {
        return instances.stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }
}
