package io.jenkins.plugins.transparentdeploy.engine.rollback;

import java.time.Instant;

/**
 * Why a release is given up.
 *
 * @param reason in one sentence
 * @param onset the first sign of it
 * @param detected when the evidence was enough
 */
public record Trouble(String reason, Instant onset, Instant detected) {
    /** Something that was noticed when it happened. */
    public static Trouble now(String reason, Instant at) {
        return new Trouble(reason, at, at);
    }
}
