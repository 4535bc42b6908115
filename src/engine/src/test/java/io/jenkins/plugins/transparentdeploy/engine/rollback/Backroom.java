package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Two instances behind the embedded load balancer whose processes only sleep: light enough to be killed at every moment.
 * What serves is asked of the load balancer and of the process table.
 */
final class Backroom implements Closeable {
    private final Workshop workshop;
    private final EmbeddedLoadBalancerConfig config;
    private final EmbeddedLoadBalancer balancer;
    private EmbeddedLoadBalancerServer server;

    Backroom(Path root, String strategy) throws IOException {
        Path socket = Files.createTempDirectory("lb").resolve("s");
        config = EmbeddedLoadBalancerConfig.of(
                "127.0.0.1",
                0,
                socket,
                root.resolve("weights.json"),
                Balancing.WEIGHTED,
                Map.of("a", URI.create("http://127.0.0.1:1"), "b", URI.create("http://127.0.0.1:2")));
        server = EmbeddedLoadBalancerServer.start(config);
        balancer = new EmbeddedLoadBalancer(socket);
        String yaml =
                """
                target: {directory: "@root@/live/{instance}"}
                instances: {a: {}, b: {}}
                process: {run: [sleep, "98764"], stopTimeout: 1s}
                ready: {command: ["true"]}
                drain: 1s
                loadBalancer: {embedded: "%s"}
                smokeTest:
                  retries: 0
                  checks: [{name: good, command: [sh, -c, "! grep -qx bad @root@/live/*/app"]}]
                strategy: %s
                """
                        .formatted(socket, strategy);
        Files.writeString(root.resolve("environment.yaml"), yaml);
        workshop = new Workshop(root).with(yaml);
        workshop.write("v1", "app", "one");
        workshop.write("v2", "app", "two");
        workshop.write("bad", "app", "bad");
        for (String instance : new String[] {"a", "b"}) {
            Files.createDirectories(root.resolve("live").resolve(instance));
        }
    }

    Workshop workshop() {
        return workshop;
    }

    Map<String, Integer> weights() throws IOException {
        return balancer.backends().stream()
                .collect(Collectors.toMap(
                        BackendStatus::name, BackendStatus::weight, (one, other) -> one, TreeMap::new));
    }

    Set<String> inService() throws IOException {
        return weights().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<String> running() throws IOException {
        Set<String> running = new TreeSet<>();
        try (ManagedEnvironment environment = workshop.open()) {
            for (ManagedInstance instance : environment.instances()) {
                if (instance.process().isRunning()) {
                    running.add(instance.name());
                }
            }
        }
        return running;
    }

    /** {@code kill -9} of an instance's process, if it runs. */
    void kill(String instance) throws IOException {
        Path pid = directory().instance(instance).resolve("pid");
        if (Files.exists(pid) && !Files.readString(pid).isBlank()) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).trim())).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private EnvironmentDirectory directory() throws IOException {
        return StateDirectory.open(workshop.path("state")).environment("shop", "test");
    }

    /** Ends the load balancer, and starts it again as its operating system would. */
    void restartLoadBalancer() throws IOException {
        server.close();
        server = EmbeddedLoadBalancerServer.start(config);
    }

    @Override
    public void close() throws IOException {
        kill("a");
        kill("b");
        server.close();
    }
}
