package io.jenkins.plugins.transparentdeploy.engine.service;

import java.time.Duration;
import java.util.Optional;

/**
 * One running copy of a service.
 *
 * @param name unique in its environment; also its name at the load balancer
 * @param drain how long requests in flight may take when it is taken out
 */
public record InstanceDefinition(
        String name,
        TargetDefinition target,
        Optional<ProcessDefinition> process,
        Optional<ReadyDefinition> ready,
        Duration drain) {}
