package io.jenkins.plugins.transparentdeploy.engine.release;

import java.time.Instant;
import java.util.Optional;

/**
 * Why an environment takes no deployments, or takes them again.
 *
 * @param frozen whether it is frozen from then on; otherwise it is open again
 * @param release the release that was taken back, if that is why
 */
public record Freeze(boolean frozen, Instant at, Actor actor, String reason, Optional<ReleaseId> release) {

    /** What somebody decided. */
    public static Freeze by(Actor actor, boolean frozen, String reason, Instant at) {
        return new Freeze(frozen, at, actor, reason, Optional.empty());
    }

    /** What follows from a rollback. */
    static Freeze after(ReleaseRecord record, String reason, Instant at) {
        return new Freeze(true, at, record.actor(), reason, Optional.of(record.id()));
    }

    @Override
    public String toString() {
        return (frozen ? "frozen by " : "opened again by ") + actor.who() + (reason.isBlank() ? "" : ": " + reason);
    }
}
