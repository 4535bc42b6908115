package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxy;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.Nginx;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.LoadBalancerDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.NearestName;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** From what a service file says of a load balancer to one that can be steered, and whether it can be. */
final class LoadBalancers {
    private LoadBalancers() {}

    static LoadBalancer connect(LoadBalancerDefinition definition, Host host, Clock clock) {
        if (definition instanceof LoadBalancerDefinition.HaProxy haProxy) {
            return new HaProxy(haProxy.settings(), clock);
        }
        if (definition instanceof LoadBalancerDefinition.Nginx nginx) {
            return new Nginx(nginx.settings(), host, clock);
        }
        return new EmbeddedLoadBalancer(((LoadBalancerDefinition.Embedded) definition).controlSocket());
    }

    /**
     * Checks that the load balancer can do what the release needs of it.
     *
     * @return what a person should know before relying on it
     * @throws RefusedException when it cannot, or does not answer
     */
    static List<String> check(EnvironmentDefinition definition, LoadBalancer balancer) {
        require(
                balancer,
                definition.strategy().needs(),
                "Strategy '" + definition.strategy().name() + "'",
                "Choose another strategy or another load balancer");
        // An analysis that will never see anything would roll back every release, at its deadline.
        definition.analysis().ifPresent(analysis -> analysis.spec()
                .metrics()
                .forEach(metric -> require(
                        balancer,
                        metric.needs(),
                        "The metric '" + metric.name() + "'",
                        "See in the documentation of the load balancer what it counts, or judge by checks")));
        try {
            List<String> warnings = balancer.check();
            requireBackends(definition, balancer);
            return warnings;
        } catch (IOException e) {
            throw unanswered(balancer, e);
        }
    }

    /** What steers a load balancer mostly knows what to do about it, in a sentence of its own at the end. */
    private static RefusedException unanswered(LoadBalancer balancer, IOException e) {
        String said = e.getMessage().endsWith(".")
                ? e.getMessage().substring(0, e.getMessage().length() - 1)
                : e.getMessage();
        int cure = said.lastIndexOf(". ");
        return new RefusedException(
                "The load balancer '" + balancer.kind() + "' does not answer: "
                        + (cure < 0 ? said : said.substring(0, cure)),
                cure < 0 ? "Start it, or mend its address in the service file" : said.substring(cure + 2),
                e);
    }

    private static void require(LoadBalancer balancer, Set<Capability> needs, String who, String cure) {
        Set<Capability> missing = new TreeSet<>(needs);
        missing.removeAll(balancer.capabilities());
        if (!missing.isEmpty()) {
            throw new RefusedException(
                    who + " needs " + missing + ", which the load balancer '" + balancer.kind() + "' does not have",
                    cure);
        }
    }

    private static void requireBackends(EnvironmentDefinition definition, LoadBalancer balancer) throws IOException {
        Set<String> names =
                balancer.backends().stream().map(BackendStatus::name).collect(Collectors.toCollection(TreeSet::new));
        definition.instances().forEach(instance -> {
            if (!names.contains(instance.name())) {
                throw new RefusedException(
                        "The load balancer '" + balancer.kind() + "' has no backend for the instance '"
                                + instance.name() + "'",
                        "Name instances and backends alike. " + NearestName.cure(instance.name(), names));
            }
        });
    }
}
