package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** One line of {@code events.jsonl}. */
final class RunEvent {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RunEvent() {}

    /** What a build log shows of it: nothing of samples, which come many times a second and are archived as a file. */
    static Optional<String> line(String json) {
        JsonNode event;
        try {
            event = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return Optional.of(cut(json));
        }
        String type = event.path("type").asText();
        String message = event.path("message").asText();
        if (type.equals("SAMPLE") || message.isBlank()) {
            return Optional.empty();
        }
        String instance = event.path("instance").asText();
        String line = (type.equals("WARNING") ? "WARNING: " : "")
                + (instance.isEmpty() ? "" : instance + ": ")
                + message.replaceAll("\\R", " ");
        return Optional.of(cut(line));
    }

    /** What colours a line in a log is left in it. */
    private static String cut(String line) {
        return line.substring(0, Math.min(HostText.SENTENCE, line.length()));
    }
}
