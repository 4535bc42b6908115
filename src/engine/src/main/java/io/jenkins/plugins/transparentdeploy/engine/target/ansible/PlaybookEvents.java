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

/**
 * What a run of Ansible said of each host. It comes from remote machines: of what is too much or not understood the rest is
 * taken.
 *
 * @param hosts sorted by name
 * @param failures tasks that failed for good, and hosts that could not be reached
 * @param changes tasks that changed something, or would
 */
record PlaybookEvents(List<HostRecap> hosts, List<Task> failures, List<Task> changes) {
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
    }

    /** Reads them; none if there is no such file. */
    static PlaybookEvents read(Path file) throws IOException {
        List<HostRecap> hosts = new ArrayList<>();
        List<Task> failures = new ArrayList<>();
        List<Task> changes = new ArrayList<>();
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                String line = lines.readLine();
                for (int number = 0; line != null && number < MOST_EVENTS; number++, line = lines.readLine()) {
                    take(line, hosts, failures, changes);
                }
            }
        }
        return new PlaybookEvents(hosts, failures, changes);
    }

    private static void take(String line, List<HostRecap> hosts, List<Task> failures, List<Task> changes) {
        JsonNode event;
        try {
            event = line.length() > LONGEST_LINE ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(line);
        } catch (JsonProcessingException torn) {
            return;
        }
        if (event.path("kind").asText().equals("stats")) {
            hosts.clear();
            event.path("hosts").fields().forEachRemaining(host -> hosts.add(recap(host.getKey(), host.getValue())));
            return;
        }
        switch (event.path("status").asText()) {
            case "failed", "unreachable" -> add(failures, event);
            case "changed" -> add(changes, event);
            default -> {
                // What went well, or was to be ignored.
            }
        }
    }

    private static void add(List<Task> tasks, JsonNode event) {
        if (tasks.size() < MOST_KEPT) {
            List<String> paths = new ArrayList<>();
            event.path("paths").forEach(path -> paths.add(cut(path.asText(), LONGEST_NAME)));
            tasks.add(new Task(
                    cut(event.path("host").asText(), LONGEST_NAME),
                    cut(event.path("task").asText(), LONGEST_NAME),
                    event.path("status").asText().equals("unreachable"),
                    cut(event.path("message").asText(), LONGEST_MESSAGE).strip(),
                    List.copyOf(paths)));
        }
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
}
