package io.jenkins.plugins.transparentdeploy.engine.rollback;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** People who order that often from one address, without ever trying again. */
final class Customers implements AutoCloseable {
    private final ScheduledExecutorService people = Executors.newScheduledThreadPool(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    /** What somebody got. @param status 0 when it was no answer */
    record Answer(Instant sent, int status, String body) {}

    Customers(URI address, int ordersPerSecond) {
        HttpRequest order = HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofString("order"))
                .build();
        people.scheduleAtFixedRate(
                () -> {
                    Instant sent = Instant.now();
                    client.sendAsync(order, HttpResponse.BodyHandlers.ofString())
                            .whenComplete((response, failure) -> answers.add(
                                    failure == null
                                            ? new Answer(sent, response.statusCode(), response.body())
                                            : new Answer(sent, 0, failure.toString())));
                },
                0,
                TimeUnit.SECONDS.toMicros(1) / ordersPerSecond,
                TimeUnit.MICROSECONDS);
    }

    Queue<Answer> answers() {
        return answers;
    }

    List<Answer> failures() {
        return answers.stream().filter(answer -> answer.status() != 200).toList();
    }

    @Override
    public void close() {
        people.shutdownNow();
    }
}
