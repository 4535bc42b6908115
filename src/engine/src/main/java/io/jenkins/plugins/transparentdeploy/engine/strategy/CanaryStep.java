package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A share of real requests for the canary, and what must be seen of it before the next.
 *
 * @param percent of all requests, 1 to 100
 * @param pause before the judgement
 * @param window how long it is judged; empty for as long as the analysis says
 * @param minimumSamples how many requests the canary must have had; empty for as many as the analysis says
 */
public record CanaryStep(int percent, Wait pause, Optional<Duration> window, OptionalLong minimumSamples) {
    /** @throws IllegalArgumentException when it is no share */
    public CanaryStep {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("A canary step of " + percent + " %");
        }
    }

    /** One that is judged as the analysis says. */
    public static CanaryStep of(int percent) {
        return new CanaryStep(percent, Wait.NONE, Optional.empty(), OptionalLong.empty());
    }

    @Override
    public String toString() {
        return percent + " % of the requests"
                + (pause.equals(Wait.NONE) ? "" : ", " + pause)
                + ", judge"
                + window.map(length -> " for " + length.toSeconds() + " s").orElse("");
    }
}
