package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.io.Closeable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;

/**
 * Sends GET and POST in turn at a steady rate, however long the answers take, each on a connection of its own and never
 * any of them twice. A POST has to come back with its own body.
 */
public final class OpenLoopLoad implements Closeable {
    private final HttpClient client = new HttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final URI address;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong succeeded = new AtomicLong();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

    /**
     * A request that was not answered as it should have been.
     *
     * @param sent when it was about to be sent
     * @param ended when that was known
     */
    public record Failure(String reason, Instant sent, Instant ended) {}

    public OpenLoopLoad(URI address) throws Exception {
        this.address = address;
        client.setMaxConnectionsPerDestination(512);
        client.start();
    }

    public void start(int requestsPerSecond) {
        long period = TimeUnit.SECONDS.toNanos(1) / requestsPerSecond;
        clock.scheduleAtFixedRate(this::send, 0, period, TimeUnit.NANOSECONDS);
    }

    private void send() {
        Instant now = Instant.now();
        long number = sent.incrementAndGet();
        String body = number % 2 == 0 ? "" : "body " + number;
        org.eclipse.jetty.client.Request request = client.newRequest(address)
                .timeout(20, TimeUnit.SECONDS)
                .headers(headers -> headers.put(HttpHeader.CONNECTION, "close"));
        if (!body.isEmpty()) {
            request.method(HttpMethod.POST).body(new StringRequestContent("text/plain", body, StandardCharsets.UTF_8));
        }
        request.send(new BufferingResponseListener() {
            @Override
            public void onComplete(Result result) {
                if (result.isFailed()) {
                    failed(now, result.getFailure().getClass().getSimpleName());
                } else if (result.getResponse().getStatus() != 200) {
                    failed(now, "status " + result.getResponse().getStatus());
                } else if (!String.valueOf(getContentAsString()).equals(body.isEmpty() ? "null" : body)
                        && !(body.isEmpty() && getContent() != null && getContent().length == 0)) {
                    failed(now, "somebody else's answer");
                } else {
                    succeeded.incrementAndGet();
                }
            }
        });
    }

    private void failed(Instant since, String reason) {
        failures.add(new Failure(reason, since, Instant.now()));
    }

    public long sent() {
        return sent.get();
    }

    public long answered() {
        return succeeded.get() + failures.size();
    }

    public Collection<Failure> failures() {
        return failures;
    }

    /** No more are sent. */
    public void stop() throws InterruptedException {
        clock.shutdown();
        clock.awaitTermination(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
