package io.jenkins.plugins.transparentdeploy.engine.notification;

import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes what lies in an outbox to its receivers, in the background. Each receiver gets its notices in their order: one
 * that cannot be delivered holds up the later ones to the same place, and nothing else. A notice is delivered at least
 * once; a receiver knows by its id whether it has it already.
 */
public final class Courier implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 200;

    private final Outbox outbox;
    private final Clock clock;
    private final Consumer<String> warnings;
    private final Thread thread = new Thread(this::deliver, "courier");
    private final CountDownLatch finishing = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Made for the first notice: most runs have none to deliver, and should not wait for TLS to be set up. */
    private HttpClient http;

    private Courier(Outbox outbox, Clock clock, Consumer<String> warnings) {
        this.outbox = outbox;
        this.clock = clock;
        this.warnings = warnings;
    }

    /**
     * Begins to deliver what is there, and what will be.
     *
     * @param warnings told when a notice is given up; called on a thread of its own
     */
    public static Courier start(Outbox outbox, Clock clock, Consumer<String> warnings) {
        Courier courier = new Courier(outbox, clock, warnings);
        courier.thread.setDaemon(true);
        courier.thread.start();
        return courier;
    }

    /** Returns when everything is delivered, or when the time is up; what is left is for the next process. */
    public void finish(Duration most) throws InterruptedException {
        finishing.countDown();
        thread.join(Math.max(1, most.toMillis()));
        close();
    }

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
    }

    private void deliver() {
        try {
            do {
                round();
            } while (!(isFinishing() && outbox.size() == 0) && !pause());
        } catch (InterruptedException e) {
            // Whoever is left in the outbox is the next process's.
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            warnings.accept("notices are not delivered now: " + e.getMessage());
        }
    }

    private boolean isFinishing() {
        return finishing.getCount() == 0;
    }

    /** Until the next round; not longer when there is nothing but that round to wait for. @return whether to stop */
    private boolean pause() throws InterruptedException {
        boolean signalled = (isFinishing() ? stopped : finishing).await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        return signalled && stopped.getCount() == 0;
    }

    /** Tries everything that is due once. */
    private void round() throws IOException, InterruptedException {
        if (outbox.size() == 0) {
            return;
        }
        Optional<ProcessLock> claim = outbox.claim();
        if (claim.isEmpty()) {
            return;
        }
        try (ProcessLock held = claim.get()) {
            outbox.expire()
                    .forEach(letter -> warnings.accept("a notice of "
                            + letter.event().key() + " to "
                            + letter.uri().getHost() + " was given up after " + letter.attempts() + " attempts: "
                            + letter.trouble()));
            Set<URI> heldUp = new HashSet<>();
            for (Path file : outbox.files()) {
                Optional<Letter> letter = outbox.read(file);
                if (letter.isPresent() && !heldUp.contains(letter.get().uri()) && !send(file, letter.get())) {
                    heldUp.add(letter.get().uri());
                }
            }
        }
    }

    private boolean send(Path file, Letter letter) throws IOException, InterruptedException {
        if (letter.due().isAfter(clock.instant())) {
            return false;
        }
        String trouble = attempt(letter);
        if (trouble.isEmpty()) {
            outbox.remove(file);
            return true;
        }
        outbox.keep(file, letter.failed(trouble, clock.instant()));
        return false;
    }

    /** Why it was not taken; empty when it was. */
    private String attempt(Letter letter) throws InterruptedException {
        byte[] body = letter.body().getBytes(StandardCharsets.UTF_8);
        try {
            HttpRequest request = HttpRequest.newBuilder(letter.uri())
                    .timeout(ANSWER)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "transparent-deploy")
                    .header("Transparent-Deploy-Event", letter.event().key())
                    .header("Transparent-Deploy-Delivery", letter.id())
                    .header(
                            Signature.HEADER,
                            Signature.of(letter.secretReference().resolve(), clock.instant(), body))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            int status = client().send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status >= 200 && status < 300 ? "" : "answered " + status;
        } catch (IOException | IllegalArgumentException e) {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
    }

    /** Only for the courier's own thread. */
    private HttpClient client() {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();
        }
        return http;
    }

    /** What is in the outbox, for people: where to, how often tried, and why in vain. */
    public static List<String> describe(Outbox outbox) throws IOException {
        return outbox.files().stream()
                .flatMap(file -> {
                    try {
                        return outbox.read(file).stream();
                    } catch (IOException e) {
                        return java.util.stream.Stream.empty();
                    }
                })
                .map(letter -> letter.written() + "  " + letter.event().key() + " to " + letter.uri() + ", tried "
                        + letter.attempts() + " times" + (letter.trouble().isEmpty() ? "" : ": " + letter.trouble()))
                .toList();
    }
}
