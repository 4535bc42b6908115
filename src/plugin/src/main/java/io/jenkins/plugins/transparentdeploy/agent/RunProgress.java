package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * How far a run is, as its events tell: for whoever looks on. In memory only; after a restart of Jenkins its events are read
 * again. Safe for threads.
 */
public final class RunProgress {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LINES = 12;
    private static final int LONGEST_LINE = 500;
    private static final int MOST_STATES = 50;

    private final List<Step> states = new ArrayList<>();
    private final Deque<String> lines = new ArrayDeque<>();
    private int percent = -1;

    @CheckForNull
    private String release;

    private final Steering steering = new Steering();

    /**
     * @param state name of a release's state
     * @param at ISO 8601, as the host's clock has it
     */
    public record Step(String state, String at) {}

    /**
     * @param states it has come through, in their order
     * @param percent of what it is doing at the moment, 0 to 100; -1 if that is not known
     * @param lines the last that it said, the newest last
     * @param verbs what can be asked of it now about its steps
     */
    public record View(List<Step> states, int percent, List<String> lines, List<String> verbs) {
        boolean goesBack() {
            return states.stream().anyMatch(step -> step.state().equals("ROLLING_BACK"));
        }
    }

    synchronized void happened(String json) {
        JsonNode event;
        try {
            event = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return; // a torn line: the next one tells
        }
        switch (event.path("type").asText()) {
            case "STATE" -> entered(event);
            case "PROGRESS" -> percent = percentOf(event.path("data"));
            case "ACT" -> percent = -1;
            default -> {}
        }
        steering.happened(event);
        RunEvent.line(json).ifPresent(this::said);
    }

    private void entered(JsonNode event) {
        percent = -1;
        release = HostText.of(event.path("data").path("release").asText(), HostText.NAME);
        if (states.size() < MOST_STATES) {
            states.add(new Step(
                    HostText.of(event.path("data").path("state").asText(), HostText.NAME),
                    HostText.of(event.path("at").asText(), HostText.NAME)));
        }
    }

    private static int percentOf(JsonNode data) {
        double total = data.path("total").asDouble();
        return total <= 0
                ? -1
                : (int) Math.max(0, Math.min(100, 100 * data.path("done").asDouble() / total));
    }

    private void said(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line.substring(0, Math.min(LONGEST_LINE, line.length())));
    }

    /** Somebody asked something of it that it has not answered yet. */
    synchronized void asked(String verb, String who) {
        steering.asked(verb);
        said(Messages.RunProgress_Asked(who, verb));
    }

    /** The id of the release that it has come to speak of; empty as long as there is none. */
    synchronized Optional<String> release() {
        return Optional.ofNullable(release);
    }

    public synchronized View view() {
        return new View(List.copyOf(states), percent, List.copyOf(lines), steering.verbs());
    }
}
