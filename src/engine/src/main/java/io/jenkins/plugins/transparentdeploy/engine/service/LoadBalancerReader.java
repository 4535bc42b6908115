package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxySettings;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads which load balancer stands before the instances, and what it calls them. */
final class LoadBalancerReader {
    static final Set<String> KINDS = Set.of("embedded", "haproxy", "nginx");
    static final Set<String> HAPROXY_KEYS =
            Set.of("socket", "backend", "servers", "stateFile", "balancing", "accessLog");
    static final Set<String> NGINX_KEYS = Set.of(
            "upstreamFile",
            "upstream",
            "servers",
            "balancing",
            "directives",
            "configTest",
            "reloadCommand",
            "pidFile",
            "accessLog");

    private final Section environment;
    private final List<String> instances;
    private final List<InstanceDefinition> definitions;

    private LoadBalancerReader(Section environment, List<InstanceDefinition> definitions) {
        this.environment = environment;
        this.definitions = definitions;
        this.instances = definitions.stream().map(InstanceDefinition::name).toList();
    }

    /** Empty when the environment has none. */
    static Optional<LoadBalancerDefinition> read(Section environment, List<InstanceDefinition> instances) {
        if (!environment.has("loadBalancer")) {
            return Optional.empty();
        }
        LoadBalancerReader reader = new LoadBalancerReader(environment, instances);
        Section section = environment.section("loadBalancer", KINDS);
        return Optional.of(
                switch (section.oneOf(KINDS, "load balancer")) {
                    case "haproxy" -> reader.haProxy(section.section("haproxy", HAPROXY_KEYS));
                    case "nginx" -> reader.nginx(section.section("nginx", NGINX_KEYS));
                    default ->
                        new LoadBalancerDefinition.Embedded(InstanceReader.absolute(
                                section, "embedded", "Give the path of the control socket of 'tdeploy load-balancer'"));
                });
    }

    private LoadBalancerDefinition haProxy(Section section) {
        return new LoadBalancerDefinition.HaProxy(new HaProxySettings(
                section.required("socket", "Give what 'stats socket' in HAProxy's configuration says"),
                section.required("backend", "Name the backend whose servers are the instances"),
                servers(section),
                path(section, "stateFile"),
                section.text("balancing").map(Balancing::named),
                path(section, "accessLog")));
    }

    private LoadBalancerDefinition nginx(Section section) {
        Path upstreamFile = InstanceReader.absolute(
                section, "upstreamFile", "Give the path of the file that nginx's configuration includes");
        String upstream = section.required("upstream", "Name the upstream as 'proxy_pass http://…' does");
        Map<String, String> named = servers(section);
        Map<String, String> servers = new LinkedHashMap<>();
        instances.forEach(instance -> servers.put(
                instance,
                Optional.ofNullable(named.get(instance))
                        .or(() -> address(instance))
                        .orElseThrow(() -> section.bad(
                                "servers",
                                "does not say where nginx reaches the instance '" + instance + "'",
                                "Give the instance a 'port', or add '" + instance + ": host:port'"))));
        return new LoadBalancerDefinition.Nginx(new NginxSettings(
                upstreamFile,
                upstream,
                servers,
                section.text("balancing").map(Balancing::named).orElse(Balancing.ROUND_ROBIN),
                section.texts("directives"),
                command(section, "configTest").orElse(NginxSettings.STANDARD_TEST),
                command(section, "reloadCommand"),
                InstanceReader.absolute(
                        section,
                        "pidFile",
                        section.text("pidFile").orElse(NginxSettings.STANDARD_PID_FILE),
                        "Give the path that 'pid' in nginx's configuration says"),
                path(section, "accessLog")));
    }

    private Map<String, String> servers(Section section) {
        Map<String, String> servers = section.textMap("servers");
        servers.keySet().stream()
                .filter(instance -> !instances.contains(instance))
                .findFirst()
                .ifPresent(instance -> {
                    throw new RefusedException(
                            "'" + section.at("servers") + "' names '" + instance + "', which is no instance",
                            NearestName.cure(instance, Set.copyOf(instances)));
                });
        return servers;
    }

    private Optional<String> address(String instance) {
        return definitions.stream()
                .filter(definition -> definition.name().equals(instance))
                .findFirst()
                .flatMap(InstanceDefinition::address);
    }

    private static Optional<Path> path(Section section, String key) {
        return section.has(key)
                ? Optional.of(InstanceReader.absolute(section, key, "Give an absolute path on the host"))
                : Optional.empty();
    }

    private static Optional<Command> command(Section section, String key) {
        List<String> words = section.texts(key);
        return words.isEmpty() ? Optional.empty() : Optional.of(Command.of(words.toArray(String[]::new)));
    }
}
