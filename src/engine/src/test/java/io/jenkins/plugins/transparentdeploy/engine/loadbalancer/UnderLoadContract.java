package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.check.HttpCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.ReadyCheck;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise itself: weights change, instances are killed behind the drain and come back, and no request fails. Nothing
 * is sent twice, neither by the client nor by the load balancer.
 */
public abstract class UnderLoadContract {
    private static final int RATE = 300;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    protected Path directory;

    private final Map<String, URI> backends = new LinkedHashMap<>();
    private final Map<String, ProcessRef> processes = new LinkedHashMap<>();
    private Host host;
    private LoadBalancer balancer;

    /** Starts the load balancer, with equal weights. */
    protected abstract LoadBalancer startBalancer(Map<String, URI> backends) throws Exception;

    /** Where its traffic goes. */
    protected abstract URI address();

    protected abstract void stopBalancer() throws Exception;

    @BeforeEach
    void start() throws Exception {
        host = LocalHost.open(directory.resolve("state"));
        for (String name : new String[] {"a", "b"}) {
            backends.put(name, URI.create("http://127.0.0.1:" + DebianServer.freePort()));
        }
        balancer = startBalancer(backends);
        for (String name : backends.keySet()) {
            start(name);
        }
    }

    @AfterEach
    void stop() throws Exception {
        stopBalancer();
        for (ProcessRef process : processes.values()) {
            host.stop(process, Duration.ZERO);
        }
    }

    private void start(String name) throws Exception {
        Path output = directory.resolve(name + ".out");
        URI address = backends.get(name);
        ProcessRef process = host.start(
                new Command(EchoBackend.command(Integer.toString(address.getPort())), Map.of(), Optional.empty()),
                output);
        processes.put(name, process);
        assertThat(new ReadyCheck(HttpCheck.get(name, address, LONG), 2, LONG)
                        .await(host, Clock.systemUTC(), ReadyCheck.Watch.process(host, process, output)))
                .matches(result -> result.passed());
    }

    private void someRequests(OpenLoopLoad load) {
        long before = load.answered();
        await().atMost(LONG).until(() -> load.answered() > before + RATE / 10);
    }

    @Test
    void nobodyNoticesThatInstancesAreReplaced() throws Exception {
        try (OpenLoopLoad load = new OpenLoopLoad(address())) {
            load.start(RATE);
            someRequests(load);
            for (String name : List.of("a", "b", "a", "b")) {
                balancer.setWeight(name, 0);
                assertThat(balancer.awaitIdle(name, LONG)).isTrue();
                // It gets no chance to finish anything: there must be nothing to finish.
                host.stop(processes.get(name), Duration.ZERO);
                someRequests(load);
                start(name);
                balancer.setWeight(name, 100);
                someRequests(load);
            }
            assertNobodyNoticed(load);
        }
    }

    @Test
    void nobodyNoticesThatWeightsChange() throws Exception {
        try (OpenLoopLoad load = new OpenLoopLoad(address())) {
            load.start(RATE);
            someRequests(load);
            for (int share : new int[] {5, 20, 50, 100, 0, 100, 0}) {
                balancer.setWeights(Map.of("a", 10 * (100 - share), "b", 10 * share));
                someRequests(load);
            }
            assertNobodyNoticed(load);
        }
    }

    private void assertNobodyNoticed(OpenLoopLoad load) throws Exception {
        load.stop();
        await().atMost(LONG).until(() -> load.answered() == load.sent());
        assertThat(load.failures()).isEmpty();
        assertThat(load.sent()).isGreaterThan(RATE / 2);
        // What the load balancer counts agrees with what its clients saw, except for the ready checks' own requests.
        await().atMost(LONG).until(() -> balancer.statistics().total().requests() == load.sent());
        assertThat(balancer.statistics().total().failures()).isZero();
    }
}
