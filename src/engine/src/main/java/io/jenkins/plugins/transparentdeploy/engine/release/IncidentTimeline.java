package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What went wrong and how long it took to mend: {@code onset → detected → decided → restored → verified}.
 *
 * @param reason why the release was given up, in one sentence
 * @param onset the first sign of it: the first bad sample, failed check or failed operation
 * @param detected when the evidence was enough
 * @param decided when the rollback began
 * @param restored when the state before was back on every instance and serving
 * @param verified when checks against the serving state had passed
 */
public record IncidentTimeline(
        String reason,
        Instant onset,
        Instant detected,
        Instant decided,
        Optional<Instant> restored,
        Optional<Instant> verified) {

    /** An incident whose rollback begins. */
    public static IncidentTimeline decided(String reason, Instant onset, Instant detected, Instant decided) {
        return new IncidentTimeline(reason, onset, detected, decided, Optional.empty(), Optional.empty());
    }

    public IncidentTimeline restoredAt(Instant at) {
        return new IncidentTimeline(reason, onset, detected, decided, Optional.of(at), verified);
    }

    public IncidentTimeline verifiedAt(Instant at) {
        return new IncidentTimeline(reason, onset, detected, decided, restored, Optional.of(at));
    }

    /** From onset to restored: how long users could notice. Empty until it is restored. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public Optional<Duration> failureTime() {
        return restored.map(end -> Duration.between(onset, end));
    }

    /** From decided to restored: how long the rollback itself took. Empty until it is restored. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public Optional<Duration> recoveryTime() {
        return restored.map(end -> Duration.between(decided, end));
    }

    /** Recovery time as a share of failure time, 0 to 1: the rest went into noticing. Empty until it is restored. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public Optional<Double> recoveryShare() {
        return failureTime().filter(failure -> !failure.isZero()).flatMap(failure -> recoveryTime()
                .map(recovery -> (double) recovery.toNanos() / failure.toNanos()));
    }
}
