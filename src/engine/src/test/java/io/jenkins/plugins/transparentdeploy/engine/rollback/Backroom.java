package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Two instances behind a load balancer whose processes only sleep: light enough to be killed at every moment.
 * What serves is asked of the load balancer and of the process table.
 */
final class Backroom implements Closeable {
    private final Workshop workshop;
    private final KillableBalancer front;
    private final LoadBalancer balancer;

    Backroom(Path root, String strategy, String kind) throws IOException {
        this(root, strategy, kind, "{command: [\"true\"]}");
    }

    /** @param ready how an instance is asked whether it is ready, as the service file says it */
    Backroom(Path root, String strategy, String kind, String ready) throws IOException {
        front = KillableBalancer.start(kind, Files.createDirectory(root.resolve("balancer")), KillableBalancer.NOBODY);
        balancer = front.balancer();
        String yaml =
                """
                target: {directory: "@root@/live/{instance}"}
                instances: {a: {}, b: {}}
                process: {run: [sleep, "98764"], stopTimeout: 1s}
                ready: %s
                drain: 1s
                loadBalancer: %s
                smokeTest:
                  retries: 0
                  checks: [{name: good, command: [sh, -c, "! grep -qx bad @root@/live/*/app"]}]
                strategy: %s
                """
                        .formatted(ready, front.inServiceFile(), strategy);
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

    /** Whether an instance's process runs, whoever holds the environment. */
    boolean runs(String instance) throws IOException {
        Path pid = directory().instance(instance).resolve("pid");
        return Files.exists(pid)
                && ProcessHandle.of(Long.parseLong(Files.readString(pid).trim()))
                        .filter(ProcessHandle::isAlive)
                        .isPresent();
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

    /** {@code kill -9} of the load balancer, which is started again at once. */
    void killLoadBalancer() throws IOException {
        front.kill();
        front.startAgain();
    }

    @Override
    public void close() throws IOException {
        kill("a");
        kill("b");
        front.close();
    }
}
