package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What became of a release, in one sentence for somebody who has never read a record. */
record Sentence(ReleaseHistory history, ReleaseRecord record) {

    String text() throws IOException {
        return (record.kind() == ReleaseKind.ROLLBACK ? ofRollback() : ofRelease()) + without();
    }

    private String ofRollback() {
        return switch (record.state()) {
            case ROLLED_BACK -> "Rolled back to " + record.version() + took() + because(record.reason(), ", for ");
            case ROLLBACK_FAILED -> "The rollback to " + record.version() + " failed" + because();
            case ABANDONED -> "The rollback to " + record.version() + " was not begun" + because();
            default -> "The rollback to " + record.version() + " goes on";
        };
    }

    private String ofRelease() throws IOException {
        return switch (record.state()) {
            case SUCCEEDED -> record.version() + " is live" + because();
            case ROLLED_BACK -> record.version() + " was rolled back" + before() + took() + because();
            case ROLLBACK_FAILED -> record.version() + " could not be rolled back" + before() + because();
            case ABANDONED -> record.version() + " was given up" + because();
            default ->
                record.version()
                        + (record.held() ? " is on every instance and waits for a verdict" : " goes on")
                        + because();
        };
    }

    private String without() {
        return record.leftOut().isEmpty()
                ? ""
                : "; without "
                        + record.leftOut().keySet().stream().sorted().collect(Collectors.joining(", "))
                        + ", which 'tdeploy converge' sees to";
    }

    private String because() {
        return record.reasonOfState().isBlank() ? "" : ": " + record.reasonOfState();
    }

    private String because(Optional<String> reason, String otherwise) {
        return reason.map(text -> ": " + text).orElse(otherwise + record.actor().who());
    }

    private String before() throws IOException {
        Optional<ReleaseRecord> parent =
                record.parent().isPresent() ? history.find(record.parent().get()) : Optional.empty();
        return parent.map(found -> " to " + found.version()).orElse("");
    }

    /** From the decision to the state that was verified; what people wait for. */
    private String took() {
        Instant end = record.incident().flatMap(IncidentTimeline::verified).orElse(record.changedAt());
        Instant begin = record.states().stream()
                .filter(change -> change.state() == ReleaseState.ROLLING_BACK)
                .findFirst()
                .map(change -> change.at())
                .orElse(end);
        Instant decided = record.incident().map(IncidentTimeline::decided).orElse(begin);
        double seconds = Duration.between(decided, end).toMillis() / 1000.0;
        return seconds < 60
                ? String.format(Locale.ROOT, " in %.1f s", seconds)
                : String.format(Locale.ROOT, " in %d min %02d s", (long) seconds / 60, (long) seconds % 60);
    }
}
