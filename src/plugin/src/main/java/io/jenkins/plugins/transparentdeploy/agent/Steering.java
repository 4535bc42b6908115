package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What can be asked of a release about its steps, as its events tell. Only a strategy that has steps can be held between
 * them, and only while it is at work. Not safe for threads.
 */
final class Steering {
    private static final String PAUSE = "pause";
    private static final Set<String> WITH_STEPS = Set.of("rolling", "canary", "blueGreen");
    private static final Set<String> AT_WORK = Set.of("PREPARED", "SNAPSHOTTED", "DEPLOYING");

    private boolean atWork;
    private boolean paused;
    private boolean waiting;

    void happened(JsonNode event) {
        JsonNode data = event.path("data");
        switch (event.path("type").asText()) {
            case "STATE" -> {
                atWork = AT_WORK.contains(data.path("state").asText())
                        && WITH_STEPS.contains(data.path("strategy").asText());
                waiting = false;
            }
            case "ACT" -> waiting = false;
            case "SAMPLE" -> waiting = true;
            case "INFO" -> told(data);
            default -> {}
        }
    }

    private void told(JsonNode data) {
        switch (data.path("asked").asText()) {
            case "PAUSE" -> {
                paused = true;
                waiting = true;
            }
            case "RESUME" -> paused = false;
            case "PROMOTE" -> {
                paused = false;
                waiting = false;
            }
            default -> waiting = waiting || data.has("waiting");
        }
    }

    /** Until it answers: so that what was asked for can be taken back at once. */
    void asked(String verb) {
        paused = verb.equals(PAUSE);
    }

    /** Of {@code pause}, {@code resume} and {@code promote}. */
    List<String> verbs() {
        List<String> verbs = new ArrayList<>();
        if (atWork) {
            verbs.add(paused ? "resume" : PAUSE);
            if (waiting) {
                verbs.add("promote");
            }
        }
        return List.copyOf(verbs);
    }
}
