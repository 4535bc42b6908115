package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * A service in one environment, fully resolved: nothing else has to be read to release it or to roll it back.
 *
 * @param instances at least one, in the order in which they are changed
 * @param smokeTest asked after a deployment and after a rollback
 * @param keep how many releases, beside the live one, can be gone back to
 * @param freezeAfterRollback whether a rollback keeps deployments out until somebody opens the environment again
 * @param hooks commands that belong to a release, in the order in which they run
 * @param webhooks who is told what happens
 * @param resolved the same as data, as the release record keeps it; {@link EnvironmentReader} reads it back
 */
public record EnvironmentDefinition(
        String service,
        String environment,
        ArtifactDefinition artifact,
        List<InstanceDefinition> instances,
        Optional<LoadBalancerDefinition> loadBalancer,
        Strategy strategy,
        Optional<SmokeTest> smokeTest,
        Optional<AnalysisDefinition> analysis,
        int keep,
        boolean freezeAfterRollback,
        List<HookDefinition> hooks,
        List<Webhook> webhooks,
        JsonNode resolved) {

    public EnvironmentDefinition {
        instances = List.copyOf(instances);
        hooks = List.copyOf(hooks);
        webhooks = List.copyOf(webhooks);
    }

    /** The hooks of a phase, in the order in which they run. */
    public List<HookDefinition> hooks(HookPhase phase) {
        return hooks.stream().filter(hook -> hook.phase() == phase).toList();
    }

    /** The instance of that name. */
    public InstanceDefinition instance(String name) {
        return instances.stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }
}
