package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.EchoBackend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.OpenLoopLoad;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Instances {@code a} and {@code b}, which are real servers, behind a real load balancer that can be killed, and requests all the
 * time, none of which is ever tried again.
 */
final class BusyShop implements Closeable {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int REQUESTS_PER_SECOND = 50;
    private static final int SOME = 10;

    private final Workshop workshop;
    private final KillableBalancer front;
    private final OpenLoopLoad load;

    BusyShop(Path root, String strategy, String balancer) throws Exception {
        Map<String, URI> backends = new LinkedHashMap<>();
        StringBuilder instances = new StringBuilder();
        for (String instance : List.of("a", "b")) {
            int port = DebianServer.freePort();
            backends.put(instance, URI.create("http://127.0.0.1:" + port));
            instances.append("  %s: {port: %d}\n".formatted(instance, port));
            Files.createDirectories(root.resolve("live").resolve(instance));
        }
        front = KillableBalancer.start(balancer, Files.createDirectory(root.resolve("balancer")), backends);
        String yaml =
                """
                target: {directory: "@root@/live/{instance}"}
                instances:
                %sprocess: {run: ["%s"], stopTimeout: 5s}
                ready: {http: "http://127.0.0.1:{port}/", timeout: 60s}
                drain: 60s
                loadBalancer: %s
                strategy: %s
                freezeAfterRollback: false
                """
                        .formatted(
                                instances,
                                String.join("\", \"", EchoBackend.command("{port}", "{directory}")),
                                front.inServiceFile(),
                                strategy);
        Files.writeString(root.resolve("environment.yaml"), yaml);
        workshop = new Workshop(root).with(yaml);
        workshop.write("v1", "app", "one");
        workshop.write("v2", "app", "two");
        load = new OpenLoopLoad(front.address().resolve("/"));
    }

    /** From now on version 1 is live, and there are requests. */
    void open() throws IOException {
        assertThat(release("1", record -> {}).state()).isEqualTo(ReleaseState.SUCCEEDED);
        beginRequests();
    }

    void beginRequests() {
        load.start(REQUESTS_PER_SECOND);
        awaitSomeRequests();
    }

    OpenLoopLoad load() {
        return load;
    }

    /** Until a few more were answered, one way or another. */
    void awaitSomeRequests() {
        long before = load.answered();
        await().atMost(LONG).until(() -> load.answered() > before + SOME);
    }

    /** No more are sent, and all have been answered. */
    void endRequests() throws InterruptedException {
        load.stop();
        await().atMost(LONG).until(() -> load.answered() == load.sent());
    }

    ReleaseRecord release(String version, JournalObserver observer) throws IOException {
        try (ManagedEnvironment environment = workshop.open(observer)) {
            return new AutoRollback(environment).run(workshop.path("v" + version), Workshop.request(version));
        }
    }

    /** Back to the version before, by hand. */
    ReleaseRecord rollback() throws IOException {
        return rollback(JournalObserver.NONE);
    }

    ReleaseRecord rollback(JournalObserver observer) throws IOException {
        try (ManagedEnvironment environment = workshop.open(observer)) {
            return new Rollback(environment).to("previous", Workshop.request(""));
        }
    }

    /** What was begun on an instance during a release. */
    List<String> operations(ReleaseRecord record, String instance) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return environment.journal().records(record.id().value()).stream()
                    .filter(JournalRecord.Intent.class::isInstance)
                    .map(entry -> ((JournalRecord.Intent) entry).operation())
                    .filter(operation -> operation.instance().equals(instance))
                    .map(operation -> operation.getClass().getSimpleName())
                    .toList();
        }
    }

    /** A release of version 2, or a rollback, whose process is killed at that moment. */
    void crash(String act, String moment) throws Exception {
        assertThat(CrashingRelease.run(workshop.path(""), act, moment))
                .as("came to its end before '%s'", moment)
                .isFalse();
    }

    /** What the next one to come does. @return the newest release then */
    ReleaseRecord recover() throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            new Recovery(environment).recover();
            assertThat(Drifts.find(environment)).isEmpty();
            return environment.history().newest(1).get(0);
        }
    }

    Map<String, Integer> weights() throws IOException {
        return front.balancer().backends().stream()
                .collect(Collectors.toMap(
                        BackendStatus::name, BackendStatus::weight, (one, other) -> one, TreeMap::new));
    }

    /** Which release answers. */
    String answer() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) front.address().resolve("/app").toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** {@code kill -9} of an instance, which is gone when this returns. */
    void kill(String instance) {
        try {
            Path pid = StateDirectory.open(workshop.path("state"))
                    .environment("shop", "test")
                    .instance(instance)
                    .resolve("pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).trim())).ifPresent(BusyShop::end);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** {@code kill -9} of the load balancer, which some requests find gone. @return when it accepts requests again */
    CompletableFuture<Instant> killLoadBalancer() {
        try {
            front.kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompletableFuture.supplyAsync(() -> {
            awaitSomeRequests();
            try {
                front.startAgain();
                return Instant.now();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() throws IOException {
        load.close();
        kill("a");
        kill("b");
        front.close();
    }
}
