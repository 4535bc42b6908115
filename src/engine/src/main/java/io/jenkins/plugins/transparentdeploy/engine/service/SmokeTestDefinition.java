package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of a service after a release: some checks of the service as its users reach it, some of each instance.
 *
 * @param shared asked once
 * @param own asked of an instance, by its name: those with a placeholder, filled in
 * @param retries how many more attempts a check has that failed
 * @param interval between two attempts
 * @param timeout for everything together
 */
public record SmokeTestDefinition(
        List<Check> shared, Map<String, List<Check>> own, int retries, Duration interval, Duration timeout) {
    public SmokeTestDefinition {
        shared = List.copyOf(shared);
        own = Map.copyOf(own);
    }

    /** Everything that is asked when these instances serve; empty when that is nothing. */
    Optional<SmokeTest> of(Collection<String> serving) {
        List<Check> checks = new ArrayList<>(shared);
        serving.forEach(instance -> checks.addAll(own.getOrDefault(instance, List.of())));
        return smokeTest(checks);
    }

    /** What is asked of these instances by their own addresses; empty when that is nothing. */
    Optional<SmokeTest> onlyOf(Collection<String> instances) {
        return smokeTest(instances.stream()
                .flatMap(instance -> own.getOrDefault(instance, List.of()).stream())
                .toList());
    }

    private Optional<SmokeTest> smokeTest(List<Check> checks) {
        return checks.isEmpty() ? Optional.empty() : Optional.of(new SmokeTest(checks, retries, interval, timeout));
    }
}
