package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxySettings;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxSettings;
import java.nio.file.Path;

/** Which load balancer stands before the instances. */
public sealed interface LoadBalancerDefinition {
    /** The embedded one ({@code tdeploy load-balancer}), reached through its control socket. */
    record Embedded(Path controlSocket) implements LoadBalancerDefinition {}

    /** HAProxy, reached through its socket. */
    record HaProxy(HaProxySettings settings) implements LoadBalancerDefinition {}

    /** nginx, steered by a file of its configuration. */
    record Nginx(NginxSettings settings) implements LoadBalancerDefinition {}
}
