package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tdeploy scale --once}, as a timer calls it: real servers, a real load balancer, real requests. */
class ScaleCommandTest {
    @TempDir
    private Path directory;

    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Terminal terminal;
    private EmbeddedLoadBalancerServer balancer;

    @BeforeEach
    void service() throws IOException {
        terminal = new Terminal(directory);
        Map<String, URI> backends = new LinkedHashMap<>();
        for (String instance : new String[] {"a", "b"}) {
            Files.createDirectories(directory.resolve("live").resolve(instance));
            ports.put(instance, freePort());
            backends.put(instance, URI.create("http://127.0.0.1:" + ports.get(instance)));
        }
        terminal.artifacts("one", "two");
        balancer = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                directory.resolve("control/socket"),
                directory.resolve("balancer.json"),
                Balancing.ROUND_ROBIN,
                backends));
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: "%1$s/live/{instance}"}
                    instances: {a: {port: %2$d}, b: {port: %3$d}}
                    process: {run: [python3, -m, http.server, --bind, 127.0.0.1, "{port}"], stopTimeout: 5s}
                    ready: {http: "http://127.0.0.1:{port}/app", timeout: 60s}
                    loadBalancer: {embedded: "%1$s/control/socket"}
                    scaling: {demand: 2, max: 2, cooldown: 0s, window: 1s}
                """
                        .formatted(directory, ports.get("a"), ports.get("b")));
    }

    @AfterEach
    void stop() throws IOException {
        for (String instance : ports.keySet()) {
            Path pid = directory.resolve("state/services/shop/production/instances/" + instance + "/pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroy);
            }
        }
        balancer.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private HttpResponse<String> get(int port) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/app"))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What each instance answers that is asked directly; nothing of one that does not run. */
    private Map<String, String> answers() throws InterruptedException {
        Map<String, String> answers = new TreeMap<>();
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            try {
                answers.put(port.getKey(), get(port.getValue()).body());
            } catch (IOException stopped) {
                // It is not listed.
            }
        }
        return answers;
    }

    @Test
    void aTimerStopsWhatNobodyNeedsAndStartsItAgainUnderLoad() throws Exception {
        Terminal.Output early = terminal.tdeploy("scale", "--once");
        assertThat(early.exitCode()).isEqualTo(2);
        assertThat(early.out()).contains("Nothing is live in shop/production");
        Terminal.Output first = terminal.tdeploy("run", "-a", "one", "-r", "1");
        assertThat(first.exitCode()).as(first.toString()).isZero();
        assertThat(terminal.tdeploy("scale").err()).contains("--once");
        assertThat(answers()).isEqualTo(Map.of("a", "one", "b", "one"));

        Terminal.Output down = terminal.tdeploy("scale", "--once");
        assertThat(down.exitCode()).as(down.toString()).isZero();
        assertThat(down.out()).contains("scaled from 2 to 1 instances: 0.0 requests a second, 2.0 for each instance");
        assertThat(answers()).isEqualTo(Map.of("a", "one"));
        Terminal.Output again = terminal.tdeploy("scale", "--once", "--json");
        assertThat(again.exitCode()).isZero();
        assertThat(again.json().path("outcome").asText()).isEqualTo("NOTHING");
        Terminal.Output second = terminal.tdeploy("run", "-a", "two", "-r", "2");
        assertThat(second.exitCode()).as(second.toString()).isZero();
        assertThat(answers()).as("what is parked stays so").isEqualTo(Map.of("a", "two"));

        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService customer = Executors.newSingleThreadExecutor();
        try {
            Future<Set<String>> answered = customer.submit(() -> {
                Set<String> seen = new TreeSet<>();
                while (!enough.get()) {
                    HttpResponse<String> answer = get(balancer.port());
                    seen.add(answer.statusCode() + " " + answer.body());
                }
                return seen;
            });
            Terminal.Output up = terminal.tdeploy("scale", "--once", "--json");
            assertThat(up.exitCode()).as(up.toString()).isZero();
            assertThat(up.json().path("outcome").asText()).isEqualTo("SCALED");
            assertThat(up.json().at("/scaling/active").asInt()).isEqualTo(1);
            assertThat(up.json().at("/scaling/desired").asInt()).isEqualTo(2);
            assertThat(answers()).as("with the live release").isEqualTo(Map.of("a", "two", "b", "two"));
            enough.set(true);
            assertThat(answered.get()).as("what customers got meanwhile").containsExactly("200 two");
        } finally {
            customer.shutdownNow();
        }
        assertThat(terminal.tdeploy("journal").out())
                .contains("scaling from 2 to 1 instances")
                .contains("scaling from 1 to 2 instances");
        assertThat(terminal.tdeploy("journal", "verify").exitCode()).isZero();
    }

    @Test
    void nothingIsScaledWhileAReleaseHoldsTheLock() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        Path gate = directory.resolve("gate");
        String run = terminal.tdeploy(
                        "run",
                        "-a",
                        "two",
                        "-r",
                        "2",
                        "--who",
                        "alice",
                        "--detach",
                        "--set",
                        ("smokeTest={timeout: 3m, checks: [{command: [sh, -c, 'until test -e %s; do sleep 0.1; done'],"
                                        + " timeout: 2m}]}")
                                .formatted(gate))
                .out()
                .strip();
        Path events = directory.resolve("state/runs").resolve(run).resolve("events.jsonl");
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(events) && Files.readString(events).contains("VERIFYING"));

        Terminal.Output refused = terminal.tdeploy("scale", "--once");
        assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
        assertThat(refused.out()).contains("is locked by alice since").contains("Wait until it has finished");
        assertThat(answers()).isEqualTo(Map.of("a", "two", "b", "two"));
        assertThat(directory.resolve("state/services/shop/production/scaling.json"))
                .doesNotExist();

        Files.createFile(gate);
        Terminal.Output released = terminal.tdeploy("attach", run);
        assertThat(released.exitCode()).as(released.toString()).isZero();
        assertThat(terminal.tdeploy("journal").out()).doesNotContain("scaling from");
        assertThat(terminal.tdeploy("scale", "--once").out()).contains("scaled from 2 to 1 instances");
        assertThat(answers()).isEqualTo(Map.of("a", "two"));
    }
}
