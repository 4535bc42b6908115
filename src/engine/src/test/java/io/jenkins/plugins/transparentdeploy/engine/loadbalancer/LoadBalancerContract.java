package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every load balancer does, with two real backends behind it. */
public abstract class LoadBalancerContract {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RecordingBackend a;
    private RecordingBackend b;
    private LoadBalancer balancer;

    /** Starts the load balancer, with equal weights of 100 unless it was started before. */
    protected abstract LoadBalancer start(Map<String, URI> backends) throws Exception;

    /** Where its traffic goes. */
    protected abstract URI address();

    /** Ends the load balancer's process, as a restart of the machine does. */
    protected abstract void stop() throws Exception;

    @BeforeEach
    void startAll() throws Exception {
        a = new RecordingBackend();
        b = new RecordingBackend();
        balancer = start(backends());
    }

    private Map<String, URI> backends() {
        Map<String, URI> backends = new LinkedHashMap<>();
        backends.put("a", a.address());
        backends.put("b", b.address());
        return backends;
    }

    @AfterEach
    void stopAll() throws Exception {
        try {
            stop();
        } finally {
            a.close();
            b.close();
        }
    }

    private CompletableFuture<HttpResponse<String>> send(String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(address().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private int get(String path) throws Exception {
        return send(path).get(20, TimeUnit.SECONDS).statusCode();
    }

    private void get(String path, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            get(path);
        }
    }

    private BackendStatus status(String name) throws IOException {
        return balancer.backends().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void assume(Capability capability) {
        assumeTrue(balancer.capabilities().contains(capability), () -> balancer.kind() + " lacks " + capability);
    }

    @Test
    void canBeSteeredWithoutReserve() throws Exception {
        assertThat(balancer.check()).isEmpty();
    }

    @Test
    void knowsItsBackends() throws Exception {
        assertThat(balancer.backends()).extracting(BackendStatus::name).containsExactly("a", "b");
        assertThat(status("a").address()).isEqualTo(a.address());
        assertThat(status("a").weight()).isEqualTo(100);
    }

    @Test
    void dividesByWeight() throws Exception {
        assume(Capability.WEIGHTS);
        balancer.setWeight("a", 30);
        balancer.setWeight("b", 10);
        get("/", 120);
        assertThat(a.requests() + b.requests()).isEqualTo(120);
        assertThat((double) a.requests()).isCloseTo(90, within(15.0));
    }

    @Test
    void shiftsAllTrafficInOneStep() throws Exception {
        balancer.setWeights(Map.of("a", 100, "b", 0));
        get("/", 10);
        balancer.setWeights(Map.of("a", 0, "b", 100));
        get("/", 10);
        balancer.setWeights(Map.of());
        balancer.setWeights(Map.of("b", 100));
        get("/", 10);
        assertThat(a.requests()).isEqualTo(10);
        assertThat(b.requests()).isEqualTo(20);
        assertThat(status("a").weight()).isZero();
        assertThat(status("b").weight()).isEqualTo(100);
    }

    @Test
    void doesNothingOfWhatItCannotDoAll() throws Exception {
        assertThatThrownBy(() -> balancer.setWeights(Map.of("a", 0, "c", 100)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'c'")
                .hasMessageContaining("a, b");
        assertThatThrownBy(() -> balancer.setWeights(Map.of("a", 0, "b", LoadBalancer.MAX_WEIGHT + 1)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'b'");
        assertThat(status("a").weight()).isEqualTo(100);
        assertThat(status("b").weight()).isEqualTo(100);
    }

    @Test
    void givesADrainedBackendNothingNew() throws Exception {
        balancer.setWeight("a", 0);
        balancer.setWeight("a", 0);
        assertThat(status("a").weight()).isZero();
        get("/", 20);
        assertThat(a.requests()).isZero();
        assertThat(b.requests()).isEqualTo(20);
        balancer.setWeight("a", 100);
        get("/", 20);
        assertThat(a.requests()).isPositive();
    }

    @Test
    void letsADrainedBackendFinish() throws Exception {
        assume(Capability.DRAIN);
        balancer.setWeight("b", 0);
        CompletableFuture<HttpResponse<String>> held = send("/hold");
        await().until(() -> a.held() == 1);
        balancer.setWeight("b", 100);
        balancer.setWeight("a", 0);
        if (status("a").inFlight().isPresent()) {
            assertThat(status("a").inFlight()).hasValue(1);
            assertThat(status("b").inFlight()).hasValue(0);
            assertThat(balancer.awaitIdle("b", LONG)).isTrue();
        }
        assertThat(balancer.awaitIdle("a", Duration.ofMillis(100))).isFalse();
        a.release();
        assertThat(balancer.awaitIdle("a", LONG)).isTrue();
        assertThat(held.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        get("/", 5);
        assertThat(a.requests()).isEqualTo(1);
    }

    @Test
    void answersForNobodyWhenAllAreDrained() throws Exception {
        balancer.setWeight("a", 0);
        balancer.setWeight("b", 0);
        assertThat(get("/")).isIn(502, 503);
        balancer.setWeight("b", 100);
        assertThat(get("/")).isEqualTo(200);
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertThatThrownBy(() -> balancer.setWeight("c", 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'c'")
                .hasMessageContaining("a, b");
        assertThatThrownBy(() -> balancer.awaitIdle("c", Duration.ZERO)).isInstanceOf(RefusedException.class);
        for (int weight : new int[] {-1, LoadBalancer.MAX_WEIGHT + 1}) {
            assertThatThrownBy(() -> balancer.setWeight("a", weight))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("'a'");
        }
        assertThat(status("a").weight()).isEqualTo(100);
    }

    @Test
    void keepsItsWeightsOverARestart() throws Exception {
        balancer.setWeight("a", 0);
        stop();
        balancer = start(backends());
        assertThat(status("a").weight()).isZero();
        assertThat(status("b").weight()).isEqualTo(100);
        get("/", 10);
        assertThat(a.requests()).isZero();
    }

    @Test
    void countsWhatHappened() throws Exception {
        assume(Capability.STATISTICS);
        balancer.setWeight("b", 0);
        get("/", 3);
        // A request counts when it has ended, which its client may know a moment before.
        await().until(() -> balancer.statistics().total().requests() == 3);
        TrafficStatistics before = balancer.statistics();
        get("/", 6);
        get("/status/404", 1);
        get("/status/500", 2);
        get("/status/503", 1);
        await().until(() -> balancer.statistics().minus(before).total().requests() == 10);
        BackendTraffic traffic = balancer.statistics().minus(before).total();
        assertThat(traffic.failures()).isEqualTo(3);
        assertThat(traffic.errorRate()).hasValue(0.3);
        if (balancer.capabilities().contains(Capability.LATENCIES)) {
            assertThat(traffic.latencies().count()).isEqualTo(10);
            assertThat(traffic.latencies().percentile(0.5).orElseThrow()).isBetween(0.0, 5.0);
        } else {
            assertThat(traffic.latencies()).isEqualTo(LatencyHistogram.EMPTY);
        }
        assertThat(balancer.statistics().backends().get("b")).isEqualTo(BackendTraffic.NONE);
    }

    @Test
    void countsABackendThatIsNotThere() throws Exception {
        assume(Capability.STATISTICS);
        balancer.setWeight("a", 0);
        b.close();
        assertThat(get("/")).isIn(502, 503);
        await().until(() -> balancer.statistics().backends().get("b").failures() == 1);
        assertThat(balancer.awaitIdle("b", LONG)).isTrue();
    }
}
