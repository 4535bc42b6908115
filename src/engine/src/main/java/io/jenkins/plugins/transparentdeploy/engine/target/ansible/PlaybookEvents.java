package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a run of Ansible said of each host. It comes from remote machines: of what is too much or not understood the rest is
 * taken.
 *
 * @param hosts sorted by name
 * @param failures tasks that failed for good, and hosts that could not be reached
 * @param changes tasks that changed something, or would
 * @param facts what the commands of a capture said, by host and by name
 */
record PlaybookEvents(
        List<HostRecap> hosts, List<Task> failures, List<Task> changes, Map<String, Map<String, String>> facts) {
    /** Tasks whose names begin so ask a host for a fact; the callback knows them by that. */
    static final String FACT = "tdeploy fact ";

    private static final int MOST_EVENTS = 100_000;
    private static final int MOST_KEPT = 200;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_MESSAGE = 2_000;
    private static final int LONGEST_LINE = 100_000;

    /** A task on a host. @param unreachable whether it was because the host could not be reached */
    record Task(String host, String name, boolean unreachable, String message, List<String> paths) {}

    PlaybookEvents {
        hosts = List.copyOf(hosts);
        failures = List.copyOf(failures);
        changes = List.copyOf(changes);
        facts = Map.copyOf(facts);
    }

    /**
     * Reads them; none if there is no such file.
     *
     * @param scrub takes secrets out of what hosts say, before any of it is cut
     */
    static PlaybookEvents read(Path file, UnaryOperator<String> scrub) throws IOException {
        Reading reading = new Reading(scrub);
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                String line = lines.readLine();
                for (int number = 0; line != null && number < MOST_EVENTS; number++, line = lines.readLine()) {
                    reading.take(line);
                }
            }
        }
        return new PlaybookEvents(reading.hosts, reading.failures, reading.changes, reading.facts);
    }

    private static HostRecap recap(String host, JsonNode counts) {
        return new HostRecap(
                cut(host, LONGEST_NAME),
                counts.path("ok").asInt(),
                counts.path("changed").asInt(),
                counts.path("failures").asInt(),
                counts.path("unreachable").asInt(),
                counts.path("skipped").asInt(),
                counts.path("rescued").asInt(),
                counts.path("ignored").asInt());
    }

    /** Shown on terminals, which what a host says must not steer. */
    private static String cut(String text, int length) {
        String plain = text.replaceAll("[\\p{Cntrl}&&[^\n]]", " ");
        return plain.length() <= length ? plain : plain.substring(0, length) + "…";
    }

    /** What was read so far. */
    private static final class Reading {
        private final UnaryOperator<String> scrub;
        private final List<HostRecap> hosts = new ArrayList<>();
        private final List<Task> failures = new ArrayList<>();
        private final List<Task> changes = new ArrayList<>();
        private final Map<String, Map<String, String>> facts = new TreeMap<>();

        Reading(UnaryOperator<String> scrub) {
            this.scrub = scrub;
        }

        void take(String line) {
            JsonNode event;
            try {
                event = line.length() > LONGEST_LINE ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(line);
            } catch (JsonProcessingException torn) {
                return;
            }
            switch (event.path("kind").asText()) {
                case "stats" -> {
                    hosts.clear();
                    event.path("hosts")
                            .fields()
                            .forEachRemaining(host -> hosts.add(recap(host.getKey(), host.getValue())));
                }
                case "fact" ->
                    facts.computeIfAbsent(cut(event.path("host").asText(), LONGEST_NAME), host -> new TreeMap<>())
                            .put(
                                    cut(event.path("name").asText(), LONGEST_NAME),
                                    event.path("value").asText());
                default -> takeTask(event);
            }
        }

        private void takeTask(JsonNode event) {
            switch (event.path("status").asText()) {
                case "failed", "unreachable" -> add(failures, event);
                case "changed" -> add(changes, event);
                default -> {
                    // What went well, or was to be ignored.
                }
            }
        }

        private void add(List<Task> tasks, JsonNode event) {
            if (tasks.size() < MOST_KEPT) {
                List<String> paths = new ArrayList<>();
                event.path("paths").forEach(path -> paths.add(cut(scrub.apply(path.asText()), LONGEST_NAME)));
                tasks.add(new Task(
                        cut(event.path("host").asText(), LONGEST_NAME),
                        cut(scrub.apply(event.path("task").asText()), LONGEST_NAME),
                        event.path("status").asText().equals("unreachable"),
                        cut(scrub.apply(event.path("message").asText()), LONGEST_MESSAGE)
                                .strip(),
                        List.copyOf(paths)));
            }
        }
    }
}
