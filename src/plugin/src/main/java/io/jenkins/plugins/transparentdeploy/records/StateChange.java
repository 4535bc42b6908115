package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import hudson.Util;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A state that a release came through.
 *
 * @param state its name
 * @param moment when it came into it; null if its record says none
 * @param reason why; may be empty
 * @param lasted how long it stayed there, as text; empty for the last
 */
public record StateChange(String state, Moment moment, String reason, String lasted) {
    /** Far more than there are. */
    private static final int MOST = 200;

    static List<StateChange> of(JsonNode release) {
        JsonNode states = release.path("states");
        List<StateChange> changes = new ArrayList<>();
        for (int index = 0; index < Math.min(MOST, states.size()); index++) {
            Optional<Instant> at = at(states.path(index));
            Optional<Instant> next = at(states.path(index + 1));
            String lasted = at.isPresent() && next.isPresent()
                    ? Util.getTimeSpanString(
                            Math.max(0, Duration.between(at.get(), next.get()).toMillis()))
                    : "";
            changes.add(new StateChange(
                    HostText.of(states.path(index).path("state").asText(), HostText.NAME),
                    at.map(Moment::new).orElse(null),
                    HostText.of(states.path(index).path("reason").asText(), HostText.SENTENCE),
                    lasted));
        }
        return changes;
    }

    private static Optional<Instant> at(JsonNode state) {
        return Moment.parse(state.path("at").asText());
    }

    /** In words. */
    public String getText() {
        return textOf(state);
    }

    /** The states by their names on pages; one that is not known here is called as it calls itself. */
    public static String textOf(String state) {
        return switch (state) {
            case "PREPARED" -> Messages.StateChange_Prepared();
            case "SNAPSHOTTED" -> Messages.StateChange_Snapshotted();
            case "DEPLOYING" -> Messages.StateChange_Deploying();
            case "VERIFYING" -> Messages.StateChange_Verifying();
            case "ANALYSING" -> Messages.StateChange_Analysing();
            case "SUCCEEDED" -> Messages.StateChange_Succeeded();
            case "ROLLING_BACK" -> Messages.StateChange_RollingBack();
            case "ROLLED_BACK" -> Messages.StateChange_RolledBack();
            case "ROLLBACK_FAILED" -> Messages.StateChange_RollbackFailed();
            case "ABANDONED" -> Messages.StateChange_Abandoned();
            default -> state;
        };
    }

    /** {@code success}, {@code warning}, {@code error} or {@code neutral}. */
    public String getTone() {
        return switch (state) {
            case "SUCCEEDED", "ROLLED_BACK" -> "success";
            case "ROLLING_BACK" -> "warning";
            case "ROLLBACK_FAILED" -> "error";
            default -> "neutral";
        };
    }
}
