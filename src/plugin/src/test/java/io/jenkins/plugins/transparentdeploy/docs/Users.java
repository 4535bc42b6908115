package io.jenkins.plugins.transparentdeploy.docs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** People who ask for a page a hundred times a second, whatever happens, and remember what they got. */
final class Users implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(8);
    private final Map<String, AtomicInteger> pages = new ConcurrentHashMap<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private final HttpRequest request;

    Users(String url) {
        request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        for (int i = 0; i < 8; i++) {
            timer.scheduleAtFixedRate(this::ask, 10L * i, 80, TimeUnit.MILLISECONDS);
        }
    }

    private void ask() {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                pages.computeIfAbsent(answer.body().strip(), page -> new AtomicInteger())
                        .incrementAndGet();
            } else {
                troubles.add("status " + answer.statusCode());
            }
        } catch (IOException e) {
            troubles.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many got this page. */
    int saw(String page) {
        AtomicInteger count = pages.get(page);
        return count == null ? 0 : count.get();
    }

    /** What the others got. */
    List<String> troubles() {
        return troubles;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
