package io.jenkins.plugins.transparentdeploy.engine.scaling;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When a service gets more instances, and when fewer. Up as soon as the load asks for it; down only when the load could
 * grow by the hysteresis and still be served by fewer; and never twice within the cooldown.
 *
 * @param min at least 1
 * @param max at least min
 * @param hysteresis zero or more; 0.2 for a fifth
 * @param cooldown zero or more
 * @param window for how long the load is looked at, more than zero
 */
public record ScalingRule(Load load, int min, int max, double hysteresis, Duration cooldown, Duration window) {
    /** Rounding must not start an instance for a load that is served exactly. */
    private static final double ROUNDING = 1e-9;

    /** @throws RefusedException when it could not be followed */
    public ScalingRule {
        if (min < 1 || max < min) {
            throw new RefusedException(
                    "A service is to have at least " + min + " and at most " + max + " instances",
                    "Keep at least one, and as many or more at most");
        }
        if (!(hysteresis >= 0 && Double.isFinite(hysteresis)) || cooldown.isNegative()) {
            throw new RefusedException(
                    "A scaling rule has a hysteresis of " + hysteresis + " and a cooldown of " + cooldown,
                    "Make both zero or more");
        }
        if (window.isZero() || window.isNegative()) {
            throw new RefusedException("A load is to be measured for " + window, "Make it more than zero");
        }
    }

    /**
     * What is to be done.
     *
     * @param active how many instances there are now
     * @param desired how many there are to be
     * @param reason one sentence without a full stop
     */
    public record Decision(int active, int desired, String reason) {
        /** Whether anything is to be done. */
        public boolean changes() {
            return active != desired;
        }
    }

    /**
     * Decides.
     *
     * @param value of the load; empty when it could not be measured
     * @param active how many instances there are now
     * @param sinceChange how long ago their number was changed last; empty when it never was
     */
    public Decision decide(OptionalDouble value, int active, Optional<Duration> sinceChange) {
        if (active < min || active > max) {
            int bound = active < min ? min : max;
            return new Decision(active, bound, "the rule wants from " + min + " to " + max);
        }
        if (value.isEmpty() || !Double.isFinite(value.getAsDouble())) {
            return new Decision(active, active, "there is no data");
        }
        String seen = load.format(value.getAsDouble());
        int desired = desired(value.getAsDouble(), active);
        if (desired < active) {
            desired = Math.min(active, desired(value.getAsDouble() * (1 + hysteresis), active));
        }
        if (desired != active && sinceChange.isPresent() && sinceChange.get().compareTo(cooldown) < 0) {
            return new Decision(
                    active,
                    active,
                    seen + ", which is for " + desired + ", but the last change is only "
                            + sinceChange.get().toSeconds() + " s ago");
        }
        return new Decision(active, desired, seen);
    }

    private int desired(double value, int active) {
        double needed = Math.ceil(load.needed(value, active) - ROUNDING);
        return (int) Math.max(min, Math.min(max, needed));
    }
}
