package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import java.io.IOException;
import java.util.Optional;

/** The processes of an environment's instances, each as some release describes it. */
record DescribedProcesses(ManagedEnvironment environment) {
    /** What the release says whose content an instance has now; where that is nobody's, the present description. */
    EnvironmentDefinition present(String instance) throws IOException {
        Optional<ReleaseRecord> there = environment.history().occupant(instance);
        return there.isPresent() ? environment.definitionOf(there.get()) : environment.definition();
    }

    /** As it is started and stopped by this description; as it is now where that does not know the instance. */
    InstanceProcess of(EnvironmentDefinition described, String instance) {
        InstanceProcess process = environment.instance(instance).process();
        return instance(described, instance)
                .map(found -> process.as(found.process()))
                .orElse(process);
    }

    /** How to find out whether it is ready. */
    Readiness readiness(EnvironmentDefinition described, String instance) {
        return new Readiness(
                environment,
                environment.instance(instance),
                of(described, instance),
                instance(described, instance)
                        .or(() -> instance(environment.definition(), instance))
                        .flatMap(InstanceDefinition::ready));
    }

    /** What a description says of an instance; empty if it does not know it. */
    static Optional<InstanceDefinition> instance(EnvironmentDefinition described, String name) {
        return described.instances().stream()
                .filter(found -> found.name().equals(name))
                .findFirst();
    }
}
