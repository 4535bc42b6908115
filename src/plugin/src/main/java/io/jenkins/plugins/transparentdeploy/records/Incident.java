package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What went wrong with a release, and how long it took to mend: onset, detected, decided, restored, verified. */
public final class Incident {
    private final JsonNode content;

    Incident(JsonNode content) {
        this.content = content;
    }

    /** One point of the timeline; {@code sincePrevious} is text, empty for the first. */
    public record Point(String name, String explanation, Moment moment, String sincePrevious) {}

    public String getReason() {
        return HostText.of(content.path("reason").asText(), HostText.SENTENCE);
    }

    /** In their order, as far as it has come. */
    public List<Point> getPoints() {
        List<Point> points = new ArrayList<>();
        Instant previous = null;
        previous = add(points, previous, "onset", Messages.Incident_Onset(), Messages.Incident_OnsetMeaning());
        previous = add(points, previous, "detected", Messages.Incident_Detected(), Messages.Incident_DetectedMeaning());
        previous = add(points, previous, "decided", Messages.Incident_Decided(), Messages.Incident_DecidedMeaning());
        previous = add(points, previous, "restored", Messages.Incident_Restored(), Messages.Incident_RestoredMeaning());
        add(points, previous, "verified", Messages.Incident_Verified(), Messages.Incident_VerifiedMeaning());
        return points;
    }

    /** From onset to restored, as text: how long users could notice. Null until it is restored. */
    @CheckForNull
    public String getFailureTime() {
        return between("onset", "restored");
    }

    /** From decided to verified, as text: how long the rollback took. Null until it is verified. */
    @CheckForNull
    public String getRollbackTime() {
        return between("decided", "verified");
    }

    private Instant add(
            List<Point> points, @CheckForNull Instant previous, String key, String name, String explanation) {
        Instant at = at(key);
        if (at == null) {
            return previous;
        }
        String since = previous == null ? "" : "+" + span(previous, at);
        points.add(new Point(name, explanation, new Moment(at), since));
        return at;
    }

    @CheckForNull
    private String between(String from, String to) {
        Instant start = at(from);
        Instant end = at(to);
        return start == null || end == null ? null : span(start, end);
    }

    private static String span(Instant from, Instant to) {
        return Util.getTimeSpanString(Math.max(0, Duration.between(from, to).toMillis()));
    }

    @CheckForNull
    private Instant at(String key) {
        return Moment.parse(content.path(key).asText()).orElse(null);
    }
}
