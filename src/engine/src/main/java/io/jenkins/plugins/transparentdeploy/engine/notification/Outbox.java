package io.jenkins.plugins.transparentdeploy.engine.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Notices that nobody has taken yet, a file for each receiver, in the order in which they were put: the only class that
 * knows the layout. Putting needs no lock; delivering is for one process at a time.
 */
public final class Outbox {
    /** More would be a receiver that is never there: the oldest give way. */
    static final int MOST = 1_000;

    /** After that nobody wants to know any more. */
    static final Duration KEPT = Duration.ofDays(3);

    private static final String SUFFIX = ".letter.json";

    private final Path directory;
    private final Clock clock;

    public Outbox(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** An id for a new notice. */
    public static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Puts a notice there for every webhook that wants it; durable on return. */
    public void put(Notice notice, List<Webhook> webhooks) throws IOException {
        List<Webhook> wanting = webhooks.stream()
                .filter(webhook -> webhook.occasions().contains(notice.event()))
                .toList();
        if (wanting.isEmpty()) {
            return;
        }
        DurableFiles.createDirectories(directory);
        String body = Json.MAPPER.writeValueAsString(notice);
        Instant now = clock.instant();
        for (int i = 0; i < wanting.size(); i++) {
            // Sorts by the time at which it was put; several of one millisecond by how far the clock counts.
            String name = "%013d%09d-%s-%03d".formatted(now.toEpochMilli(), now.getNano(), notice.id(), i);
            write(directory.resolve(name + SUFFIX), Letter.of(notice, wanting.get(i), body, now));
        }
    }

    private static void write(Path file, Letter letter) throws IOException {
        DurableFiles.write(file, Json.MAPPER.writeValueAsBytes(letter));
    }

    /** How many wait. */
    public int size() throws IOException {
        return files().size();
    }

    /** The right to deliver; empty when another process has it. */
    Optional<ProcessLock> claim() throws IOException {
        return ProcessLock.acquireIfFree(
                directory.resolve("lock"), Holder.thisProcess("tdeploy", "deliver notices", clock));
    }

    List<Path> files() throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> child.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** One of them; empty when it is gone, or was damaged and is gone now. */
    Optional<Letter> read(Path file) throws IOException {
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), Letter.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // Nothing that anybody could do about it, and it must not keep the others waiting.
            Files.deleteIfExists(file);
            return Optional.empty();
        }
    }

    /** It was taken, or nobody wants it any more. */
    void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** It was not taken. */
    void keep(Path file, Letter letter) throws IOException {
        write(file, letter);
    }

    /** Removes what is too old or too much; returns what that was. */
    List<Letter> expire() throws IOException {
        List<Path> files = files();
        List<Letter> expired = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Optional<Letter> letter = read(files.get(i));
            boolean tooMany = files.size() - i > MOST;
            if (letter.isPresent()
                    && (tooMany || letter.get().written().plus(KEPT).isBefore(clock.instant()))) {
                remove(files.get(i));
                expired.add(letter.get());
            }
        }
        return expired;
    }
}
