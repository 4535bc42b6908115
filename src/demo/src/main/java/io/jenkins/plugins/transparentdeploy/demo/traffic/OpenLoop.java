package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;

/**
 * GET and POST by turns at a fixed rate, whatever the answers do; nothing is sent twice. A latency counts from when the
 * request was due, not from when the client got round to it (no "coordinated omission").
 */
final class OpenLoop implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client = new HttpClient();
    private final AtomicLongArray latencies = new AtomicLongArray(LatencyHistogram.BUCKETS);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
    private final Map<String, Long> lastArrivals = new ConcurrentHashMap<>();
    private final Map<String, Long> firstArrivals = new ConcurrentHashMap<>();
    private final Map<String, Long> firstFailures = new ConcurrentHashMap<>();
    private final SlowRequests slow = new SlowRequests();
    private final URI target;
    private final int rate;
    private final boolean keepAlive;
    private final Thread sender = new Thread(this::send, "sender");
    private volatile boolean ending;

    /** @param keepAlive whether connections are used again; otherwise each request has its own */
    OpenLoop(URI target, int rate, boolean keepAlive) throws Exception {
        this.target = target;
        this.rate = rate;
        this.keepAlive = keepAlive;
        client.setMaxConnectionsPerDestination(2048);
        client.setMaxRequestsQueuedPerDestination(65_536);
        client.setConnectTimeout(TIMEOUT.toMillis());
        client.start();
        sender.setPriority(Thread.MAX_PRIORITY);
    }

    void start() {
        sender.start();
    }

    private void send() {
        long start = System.nanoTime();
        for (long number = 0; !ending; number++) {
            long due = start + number * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0 && !ending; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            send(number, due);
        }
    }

    private void send(long number, long due) {
        sent.incrementAndGet();
        String body = number % 2 == 0 ? "" : "item=teapot&quantity=" + number;
        Request request = client.newRequest(target).timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (!keepAlive) {
            request.headers(headers -> headers.put(HttpHeader.CONNECTION, "close"));
        }
        if (!body.isEmpty()) {
            request.method(HttpMethod.POST).body(new StringRequestContent("text/plain", body, StandardCharsets.UTF_8));
        }
        request.send(new BufferingResponseListener() {
            @Override
            public void onComplete(Result result) {
                String content = getContentAsString();
                ended(result, body, content == null ? "" : content, System.nanoTime() - due);
            }
        });
    }

    private void ended(Result result, String body, String content, long took) {
        String failure = failure(result, body, content);
        String version = "nobody";
        if (!result.isFailed() && result.getResponse().getHeaders().contains(BenchmarkServer.VERSION)) {
            version = result.getResponse().getHeaders().get(BenchmarkServer.VERSION);
            long arrived = result.getResponse().getHeaders().getLongField(BenchmarkServer.ARRIVED);
            lastArrivals.merge(version, arrived, Math::max);
            firstArrivals.merge(version, arrived, Math::min);
            if (!failure.isEmpty()) {
                firstFailures.merge(version, arrived, Math::min);
            }
        }
        if (!failure.isEmpty()) {
            failed(failure);
        }
        slow.note(!failure.isEmpty(), took, failure.isEmpty() ? version : version + ": " + failure);
        latencies.incrementAndGet(LatencyHistogram.bucket(Duration.ofNanos(took)));
        answered.incrementAndGet();
    }

    /** "" for none. */
    private static String failure(Result result, String body, String content) {
        if (result.isFailed()) {
            return result.getFailure().getClass().getSimpleName();
        }
        if (result.getResponse().getStatus() != 200) {
            return "status " + result.getResponse().getStatus();
        }
        return content.equals(body) ? "" : "another request's answer";
    }

    private void failed(String reason) {
        failures.computeIfAbsent(reason, key -> new AtomicLong()).incrementAndGet();
    }

    /** When the last request so far came to an instance with this version, in microseconds since 1970; 0 for none. */
    long lastArrival(String version) {
        return lastArrivals.getOrDefault(version, 0L);
    }

    /** When the first request came to an instance with this version that was not answered well; empty for none. */
    OptionalLong firstFailure(String version) {
        return of(firstFailures, version);
    }

    /** When the first request came to an instance with this version; empty for none. */
    OptionalLong firstArrival(String version) {
        return of(firstArrivals, version);
    }

    private static OptionalLong of(Map<String, Long> times, String version) {
        Long first = times.get(version);
        return first == null ? OptionalLong.empty() : OptionalLong.of(first);
    }

    /** Those that took long, or failed, so far. */
    SlowRequests slow() {
        return slow;
    }

    long sent() {
        return sent.get();
    }

    /** Sends nothing more, and waits for what is unanswered. */
    Traffic finish() throws InterruptedException {
        ending = true;
        sender.join();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (answered.get() < sent.get() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Map<Integer, Long> counts = new TreeMap<>();
        for (int i = 0; i < latencies.length(); i++) {
            if (latencies.get(i) > 0) {
                counts.put(i, latencies.get(i));
            }
        }
        Map<String, Long> reasons = new TreeMap<>();
        failures.forEach((reason, count) -> reasons.put(reason, count.get()));
        if (answered.get() < sent.get()) {
            reasons.put("no answer", sent.get() - answered.get());
        }
        return new Traffic(sent.get(), reasons, new LatencyHistogram(counts));
    }

    @Override
    public void close() throws Exception {
        ending = true;
        client.stop();
    }
}
