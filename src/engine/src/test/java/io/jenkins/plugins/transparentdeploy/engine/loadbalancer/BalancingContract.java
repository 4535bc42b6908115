package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A load balancer takes each way of dividing requests as it is rendered for it, and divides them so, between two real
 * backends. Requests are held, so that who counts what is in flight has something to count.
 */
public abstract class BalancingContract {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int REQUESTS = 400;
    private static final int AT_ONCE = 20;
    /** Each worker process or thread divides for itself, and each may be off by one or two. */
    private static final double UNEVEN = 5;
    /** Five standard deviations, √(400·¾·¼) each, and what HAProxy's ring is off; far from the 200 of equal shares. */
    private static final double DRAWN = 60;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    private RecordingBackend a;
    private RecordingBackend b;

    /** Starts the load balancer as its settings render it, with equal weights. */
    protected abstract LoadBalancer start(Map<String, URI> backends, Balancing balancing) throws Exception;

    /** Where its traffic goes. */
    protected abstract URI address();

    protected abstract void stop() throws Exception;

    @BeforeEach
    void startBackends() throws Exception {
        a = new RecordingBackend();
        b = new RecordingBackend();
    }

    @AfterEach
    void stopAll() throws Exception {
        a.close();
        b.close();
        stop();
    }

    private LoadBalancer start(Balancing balancing) throws Exception {
        Map<String, URI> backends = new LinkedHashMap<>();
        backends.put("a", a.address());
        backends.put("b", b.address());
        return start(backends, balancing);
    }

    /** A few at a time, so that all of them find a place in a queue of connections. */
    private void hold(int requests) {
        HttpRequest held = HttpRequest.newBuilder(address().resolve("/hold")).build();
        while (answers.size() < requests) {
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(client.sendAsync(held, HttpResponse.BodyHandlers.ofString()));
            }
            await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> a.held() + b.held() == answers.size());
        }
    }

    private void assertThatAllAreAnswered() throws Exception {
        a.release();
        b.release();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(LONG.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Balancing.class)
    void dividesThreeToOne(Balancing balancing) throws Exception {
        LoadBalancer balancer = start(balancing);
        assertThat(balancer.check()).isEmpty();
        balancer.setWeights(Map.of("a", 300, "b", 100));
        hold(REQUESTS);
        assertThat((double) a.held())
                .isCloseTo(0.75 * REQUESTS, within(balancing == Balancing.WEIGHTED ? DRAWN : UNEVEN));
        assertThatAllAreAnswered();
    }

    @ParameterizedTest
    @EnumSource(Balancing.class)
    void choosesNoDrainedBackend(Balancing balancing) throws Exception {
        LoadBalancer balancer = start(balancing);
        balancer.setWeights(Map.of("a", 0, "b", 100));
        hold(2 * AT_ONCE);
        assertThat(a.held()).isZero();
        assertThatAllAreAnswered();
    }
}
