package io.jenkins.plugins.transparentdeploy.demo;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;

/**
 * Sends requests at a fixed rate, whether or not earlier ones were answered (an open loop: a slow server cannot slow
 * the load down, so that no failure is hidden), by turns GET and POST. Nothing is retried.
 */
final class LoadGenerator implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client = new HttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "load");
        thread.setDaemon(true);
        return thread;
    });
    private final URI target;
    private final Tally tally;
    private final AtomicLong sent = new AtomicLong();
    private final boolean keepAlive;

    /** @param keepAlive whether connections are used again; otherwise each request has its own */
    LoadGenerator(URI target, Tally tally, boolean keepAlive) throws Exception {
        this.target = target;
        this.keepAlive = keepAlive;
        this.tally = tally;
        client.setMaxConnectionsPerDestination(512);
        client.setMaxRequestsQueuedPerDestination(16_384);
        client.setFollowRedirects(false);
        client.start();
    }

    /** Begins; requests per second. */
    void start(int rate) {
        clock.scheduleAtFixedRate(this::send, 0, 1_000_000_000L / rate, TimeUnit.NANOSECONDS);
    }

    private void send() {
        long number = sent.incrementAndGet();
        Request request = client.newRequest(target).timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (!keepAlive) {
            request.headers(headers -> headers.put(HttpHeader.CONNECTION, "close"));
        }
        if (number % 2 == 0) {
            request.method(HttpMethod.POST)
                    .body(new StringRequestContent(
                            "application/x-www-form-urlencoded", "item=teapot&quantity=" + number));
        }
        Tally.Phase phase = tally.sent();
        long began = System.nanoTime();
        request.send(result -> {
            boolean answered = result.isSucceeded() && result.getResponse().getStatus() == 200;
            phase.answered(answered, System.nanoTime() - began);
        });
    }

    /** Stops sending, and waits for what is still unanswered. */
    void finish() throws InterruptedException {
        clock.shutdown();
        clock.awaitTermination(1, TimeUnit.SECONDS);
        tally.awaitAnswers(TIMEOUT);
    }

    @Override
    public void close() throws Exception {
        clock.shutdownNow();
        client.stop();
    }
}
