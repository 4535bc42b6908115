package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackendPoolTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private final Map<String, URI> backends = new LinkedHashMap<>();

    @BeforeEach
    void name() {
        backends.put("a", URI.create("http://127.0.0.1:1"));
        backends.put("b", URI.create("http://127.0.0.1:2"));
    }

    private BackendPool pool(Balancing balancing) throws Exception {
        return new BackendPool(
                EmbeddedLoadBalancerConfig.of(
                        "127.0.0.1",
                        0,
                        directory.resolve("socket"),
                        directory.resolve("state.json"),
                        balancing,
                        backends),
                SINCE);
    }

    @Test
    void aLeaseEndsOnce() throws Exception {
        BackendPool pool = pool(Balancing.ROUND_ROBIN);
        BackendPool.Lease lease = pool.acquire().orElseThrow();
        lease.end(true, Duration.ofMillis(5));
        lease.end(false, Duration.ofMillis(5));
        lease.abandon();
        pool.acquire().orElseThrow().abandon();
        assertThat(pool.status()).allMatch(status -> status.inFlight().orElseThrow() == 0);
        BackendTraffic total = pool.statistics().total();
        assertThat(total.requests()).isEqualTo(1);
        assertThat(total.failures()).isEqualTo(1);
        assertThat(pool.statistics().since()).isEqualTo(SINCE);
    }

    @Test
    void whoeverWaitsForIdleIsWoken() throws Exception {
        BackendPool pool = pool(Balancing.ROUND_ROBIN);
        BackendPool.Lease lease = pool.acquire().orElseThrow();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            String name = lease.backend().name();
            Future<Boolean> idle = thread.submit(() -> pool.awaitIdle(name, Duration.ofMinutes(1)));
            await().during(Duration.ofMillis(50)).until(() -> !idle.isDone());
            lease.end(false, Duration.ZERO);
            assertThat(idle.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(pool.awaitIdle(name, Duration.ZERO)).isTrue();
        } finally {
            thread.shutdownNow();
        }
    }

    /** The order that every release relies on: once drained and idle, untouched until it is put back. */
    @ParameterizedTest
    @EnumSource
    void nothingReachesABackendThatIsDrainedAndIdle(Balancing balancing) throws Exception {
        BackendPool pool = pool(balancing);
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger reached = new AtomicInteger();
        AtomicBoolean end = new AtomicBoolean();
        Callable<Void> traffic = () -> {
            while (!end.get()) {
                BackendPool.Lease lease = pool.acquire().orElseThrow();
                if (lease.backend().name().equals("a") && stopped.get()) {
                    reached.incrementAndGet();
                }
                lease.end(false, Duration.ZERO);
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> running = Collections.nCopies(4, traffic).stream()
                    .map(threads::submit)
                    .toList();
            for (int i = 0; i < 10; i++) {
                pool.setWeights(Map.of("a", 0));
                assertThat(pool.awaitIdle("a", Duration.ofSeconds(10))).isTrue();
                stopped.set(true);
                long before = pool.statistics().total().requests();
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> pool.statistics().total().requests() > before + 20);
                stopped.set(false);
                pool.setWeights(Map.of("a", 100));
            }
            end.set(true);
            for (Future<Void> each : running) {
                each.get(10, TimeUnit.SECONDS);
            }
        } finally {
            end.set(true);
            threads.shutdownNow();
        }
        assertThat(reached).hasValue(0);
        assertThat(pool.status()).allMatch(status -> status.inFlight().orElseThrow() == 0);
    }
}
