package io.jenkins.plugins.transparentdeploy.engine.service;

import java.nio.file.Path;

/** Which load balancer stands before the instances. */
public sealed interface LoadBalancerDefinition {
    /** The embedded one ({@code tdeploy load-balancer}), reached through its control socket. */
    record Embedded(Path controlSocket) implements LoadBalancerDefinition {}
}
