package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an instance has on its host, as it was measured there.
 *
 * @param instance its name
 * @param host the name of its machine
 * @param content the beginning of the content root of what was found there; empty if that could not be measured
 * @param expected the beginning of the content root of what should be there; empty if nobody says
 * @param wrong why it does not have what it should have, in words; empty if it does
 */
public record HostState(String instance, String host, String content, String expected, String wrong) {
    /** Names and reasons come from hosts: no page is as long as a host wants it. */
    static final int LONGEST_NAME = 100;

    private static final int LONGEST_REASON = 500;
    private static final int SHORT_ROOT = 12;

    /** All of a release, in the order of its service file; none if all are on the machine that deploys. */
    static List<HostState> of(JsonNode release) {
        Map<String, HostState> states = new LinkedHashMap<>();
        for (JsonNode entry : release.path("convergence").path("instances")) {
            HostState measured = measured(entry);
            states.put(measured.instance(), measured);
        }
        release.path("leftOut").properties().forEach(left -> {
            String instance = name(left.getKey());
            HostState measured = states.get(instance);
            states.put(instance, leftOut(instance, left.getValue(), measured == null ? "" : measured.expected()));
        });
        return new ArrayList<>(states.values());
    }

    private static HostState measured(JsonNode entry) {
        String content = root(entry.path("found"));
        String expected = root(entry.path("expected"));
        String reason = reason(entry);
        String wrong = "";
        if (!reason.isEmpty()) {
            wrong = content.isEmpty() || content.equals(expected)
                    ? sentence(reason)
                    : Messages.HostState_Differs(reason);
        }
        return new HostState(
                name(entry.path("instance").asText()), name(entry.path("host").asText()), content, expected, wrong);
    }

    private static HostState leftOut(String instance, JsonNode left, String expected) {
        String reason = reason(left);
        String wrong = left.path("when").asText().equals("FAILED")
                ? Messages.HostState_Failed(reason)
                : Messages.HostState_Absent(reason);
        return new HostState(instance, name(left.path("host").asText()), "", expected, wrong);
    }

    /** Whether it has what it should have. */
    public boolean isConverged() {
        return wrong.isEmpty();
    }

    static String name(String text) {
        return abridged(text, LONGEST_NAME);
    }

    private static String reason(JsonNode entry) {
        return abridged(entry.path("reason").asText(""), LONGEST_REASON);
    }

    /** Reasons go on behind a name elsewhere; here each stands alone. */
    private static String sentence(String reason) {
        return reason.substring(0, 1).toUpperCase(Locale.ROOT) + reason.substring(1);
    }

    private static String root(JsonNode root) {
        String hex = root.asText("");
        return HostText.of(hex.substring(0, Math.min(SHORT_ROOT, hex.length())), SHORT_ROOT);
    }

    private static String abridged(String text, int longest) {
        return HostText.of(text, longest);
    }
}
