package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.check.HttpCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.ReadyCheck;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise itself: backends are taken out, killed, and put back, and no request fails. */
class DrainUnderLoadTest {
    private static final int RATE = 300;
    private static final int ROUNDS = 2;
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final Map<String, URI> backends = new LinkedHashMap<>();
    private final Map<String, ProcessRef> processes = new LinkedHashMap<>();
    private Host host;
    private EmbeddedLoadBalancerServer server;
    private EmbeddedLoadBalancer balancer;

    @BeforeEach
    void start() throws Exception {
        host = LocalHost.open(directory.resolve("state"));
        for (String name : new String[] {"a", "b"}) {
            backends.put(name, URI.create("http://127.0.0.1:" + freePort()));
            start(name);
        }
        Path socket = directory.resolve("control/socket");
        server = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                socket,
                directory.resolve("weights.json"),
                Balancing.LEAST_CONNECTIONS,
                backends));
        balancer = new EmbeddedLoadBalancer(socket);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        for (ProcessRef process : processes.values()) {
            host.stop(process, Duration.ZERO);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void start(String name) throws Exception {
        Path output = directory.resolve(name + ".out");
        URI address = backends.get(name);
        ProcessRef process = host.start(
                Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dsun.net.httpserver.nodelay=true",
                        "-cp",
                        Path.of(EchoBackend.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        EchoBackend.class.getName(),
                        Integer.toString(address.getPort())),
                output);
        processes.put(name, process);
        assertThat(new ReadyCheck(HttpCheck.get(name, address, LONG), 2, LONG)
                        .await(host, Clock.systemUTC(), ReadyCheck.Watch.process(host, process, output)))
                .matches(result -> result.passed());
    }

    @Test
    void nobodyNotices() throws Exception {
        try (OpenLoopLoad load = new OpenLoopLoad(URI.create("http://127.0.0.1:" + server.port() + "/"))) {
            load.start(RATE);
            await().until(() -> load.answered() > RATE);
            for (int round = 0; round < ROUNDS; round++) {
                for (String name : backends.keySet()) {
                    balancer.setWeight(name, 0);
                    assertThat(balancer.awaitIdle(name, LONG)).isTrue();
                    BackendTraffic drained = balancer.statistics().backends().get(name);
                    // It gets no chance to finish anything: there must be nothing to finish.
                    host.stop(processes.get(name), Duration.ZERO);
                    long before = load.answered();
                    await().until(() -> load.answered() > before + RATE / 10);
                    assertThat(balancer.statistics().backends().get(name)).isEqualTo(drained);
                    start(name);
                    balancer.setWeight(name, 100);
                    await().until(() ->
                            balancer.statistics().backends().get(name).requests() > drained.requests() + RATE / 10);
                }
            }
            load.stop();
            await().until(() -> load.answered() == load.sent());
            assertThat(load.failures()).isEmpty();
            assertThat(load.sent()).isGreaterThan(2L * ROUNDS * RATE / 5);
            await().until(() -> balancer.statistics().total().requests() == load.sent());
            assertThat(balancer.statistics().total().failures()).isZero();
        }
    }
}
