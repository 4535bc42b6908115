package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A service of real processes behind the embedded load balancer, and people who use it. */
final class Storefront implements Closeable {
    /** What judges by a second of requests: a release that answers with errors is found out soon. */
    static final String ANALYSIS =
            """
            analysis:
              window: 1s
              interval: 250ms
              minimumSamples: 5
              deadline: 60s
              metrics: [{errorRate: {objective: 1%, floor: 20%}}]
            """;

    private final Workshop workshop;
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final EmbeddedLoadBalancerServer server;
    private final EmbeddedLoadBalancer balancer;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String description;
    private Optional<Customers> customers = Optional.empty();

    Storefront(Path root, String... instances) throws IOException {
        workshop = new Workshop(root);
        Map<String, URI> backends = new LinkedHashMap<>();
        StringBuilder named = new StringBuilder("instances:\n");
        for (String instance : instances) {
            int port = DebianServer.freePort();
            ports.put(instance, port);
            backends.put(instance, URI.create("http://127.0.0.1:" + port));
            named.append("  ").append(instance).append(": {port: ").append(port).append("}\n");
            Files.createDirectories(root.resolve("live").resolve(instance));
        }
        Path socket = Files.createTempDirectory("lb").resolve("s");
        server = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                "127.0.0.1", 0, socket, root.resolve("weights.json"), Balancing.WEIGHTED, backends));
        balancer = new EmbeddedLoadBalancer(socket);
        description =
                """
                target: {directory: "@root@/live/{instance}"}
                process:
                  run: %s
                  stopTimeout: 5s
                ready: {http: "http://127.0.0.1:{port}/ready", timeout: 60s}
                drain: 5s
                loadBalancer: {embedded: "%s"}
                """
                                .formatted(ShopInstance.command(), socket)
                        + named;
        for (String version : List.of("one", "two", "three")) {
            workshop.write(version, "app", version);
        }
        workshop.write("broken", "app", "broken", "status", "500");
    }

    /** The service file: more lines for the environment; {@code @balancer@} stands for where people go. */
    Storefront with(String yaml) {
        workshop.with(description + yaml.replace("@balancer@", address().toString()));
        return this;
    }

    /** Where people go. */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.port() + "/");
    }

    /** From now on everybody gets version one. */
    Storefront withOneLive() throws IOException {
        with("strategy: rolling\n");
        assertThat(run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        return this;
    }

    Workshop workshop() {
        return workshop;
    }

    String description() {
        return description;
    }

    /** From now on somebody orders that often, without ever trying again. */
    Storefront open(int ordersPerSecond) {
        customers = Optional.of(new Customers(address(), ordersPerSecond));
        return this;
    }

    Queue<Customers.Answer> answers() {
        return customers.orElseThrow().answers();
    }

    List<Customers.Answer> failures() {
        return customers.orElseThrow().failures();
    }

    ReleaseRecord run(String version) throws IOException {
        return workshop.run(version);
    }

    ReleaseRecord run(String version, JournalObserver observer) throws IOException {
        return workshop.run(version, observer);
    }

    ReleaseRecord rollback(String to) throws IOException {
        return workshop.rollback(to);
    }

    EnvironmentDirectory directory() throws IOException {
        return StateDirectory.open(workshop.path("state")).environment("shop", "test");
    }

    /** What was begun during a release: the kind of each operation, and the instance. */
    List<String> operations(ReleaseRecord record) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return environment.journal().records(record.id().value()).stream()
                    .filter(JournalRecord.Intent.class::isInstance)
                    .map(entry -> ((JournalRecord.Intent) entry).operation())
                    .map(operation -> operation instanceof Operation.ShiftTraffic shift
                            ? "shift " + shift.instance() + " " + shift.weightBefore() + "→" + shift.weightAfter()
                            : operation.getClass().getSimpleName() + " " + operation.instance())
                    .toList();
        }
    }

    List<String> notes(ReleaseRecord record) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return environment.journal().records(record.id().value()).stream()
                    .filter(JournalRecord.Note.class::isInstance)
                    .map(entry -> ((JournalRecord.Note) entry).text())
                    .toList();
        }
    }

    Map<String, Integer> weights() throws IOException {
        return balancer.backends().stream()
                .collect(Collectors.toMap(
                        BackendStatus::name, BackendStatus::weight, (one, other) -> one, TreeMap::new));
    }

    EmbeddedLoadBalancer balancer() {
        return balancer;
    }

    /** What an instance answers when it is asked by its own address; its status when that is not 200. */
    String ask(String instance) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(instance) + "/"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() == 200 ? response.body() : Integer.toString(response.statusCode());
    }

    int port(String instance) {
        return ports.get(instance);
    }

    /** The pid of an instance's process, as it wrote it. */
    String pid(String instance) throws IOException {
        return Files.readString(directory().instance(instance).resolve("pid")).trim();
    }

    boolean isRunning(String instance) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return environment.instance(instance).process().isRunning();
        }
    }

    @Override
    public void close() throws IOException {
        customers.ifPresent(Customers::close);
        try (ManagedEnvironment environment = workshop.open()) {
            for (ManagedInstance instance : environment.instances()) {
                Path pid = directory().instance(instance.name()).resolve("pid");
                if (Files.exists(pid)) {
                    ProcessHandle.of(Long.parseLong(Files.readString(pid).trim()))
                            .ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        } finally {
            server.close();
        }
    }
}
