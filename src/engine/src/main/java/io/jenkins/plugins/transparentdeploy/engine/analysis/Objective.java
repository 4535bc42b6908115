package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What is good and what is not to be borne, in the unit of the metric: shares from 0 to 1, latencies in seconds.
 *
 * @param direction which way is better
 * @param good at this value, or a better one, the score is 1
 * @param floor beyond this value the release is bad whatever else is good; at it, or beyond, the score is 0
 * @param regression how much worse than before a value may get, however good it still is; empty for as much as the
 *     objective allows
 */
public record Objective(Direction direction, double good, double floor, OptionalDouble regression) {
    /** How much worse than before a value may be that was short of its objective before. */
    private static final double TOLERANCE = 0.1;

    /** Which way is better. */
    public enum Direction {
        /** The less the better. */
        AT_MOST,
        /** The more the better. */
        AT_LEAST
    }

    /** @throws RefusedException when a value is not a number of 0 or more, or the floor is better than the objective */
    public Objective {
        if (!(Double.isFinite(good) && Double.isFinite(floor) && good >= 0 && floor >= 0)) {
            throw new RefusedException(
                    "An objective of " + good + " with a floor of " + floor + " cannot be measured",
                    "Use numbers of 0 or more");
        }
        if (direction == Direction.AT_MOST ? floor < good : floor > good) {
            throw new RefusedException(
                    "The floor " + floor + " is better than the objective " + good, "Exchange the two");
        }
        if (regression.isPresent() && !(regression.getAsDouble() > 0 && Double.isFinite(regression.getAsDouble()))) {
            throw new RefusedException(
                    "A regression of " + regression.getAsDouble() + " would be none", "Make it more than zero");
        }
    }

    /** An objective of which any value that is good enough is good, whatever it was before. */
    public Objective(Direction direction, double good, double floor) {
        this(direction, good, floor, OptionalDouble.empty());
    }

    /** The same objective, but not this much worse than before. */
    public Objective withRegression(double most) {
        return new Objective(direction, good, floor, OptionalDouble.of(most));
    }

    /** The less the better. */
    public static Objective atMost(double good, double floor) {
        return new Objective(Direction.AT_MOST, good, floor);
    }

    /** The sooner the better. */
    public static Objective atMost(Duration good, Duration floor) {
        return atMost(good.toNanos() / 1e9, floor.toNanos() / 1e9);
    }

    /** The more the better. */
    public static Objective atLeast(double good, double floor) {
        return new Objective(Direction.AT_LEAST, good, floor);
    }

    /**
     * The score of a value: 1 at the objective or better, 0 at the floor or worse, in a straight line between. When both
     * are the same, the value at it is good.
     */
    public double score(double value) {
        double missing = direction == Direction.AT_MOST ? value - good : good - value;
        if (missing <= 0) {
            return 1;
        }
        // Not a number is not less or equal, so it falls through to here and scores nothing.
        double span = Math.abs(floor - good);
        return missing < span ? 1 - missing / span : 0;
    }

    /** Whether the value is worse than the floor itself; so is what is not a number. */
    public boolean isBeyondFloor(double value) {
        return !(direction == Direction.AT_MOST ? value <= floor : value >= floor);
    }

    /** The value that has this score, 0 to 1; the floor for 0. */
    public double valueAt(double score) {
        return good + (1 - score) * (floor - good);
    }

    /** This objective for a service that has this value without the release: before it, or beside it. */
    public Objective against(double other) {
        return Double.isFinite(other) ? tightenedTo(other).loosenedTo(other) : this;
    }

    /** Half of the regression is still good, all of it is not to be borne. */
    private Objective tightenedTo(double other) {
        if (regression.isEmpty()) {
            return this;
        }
        double most = regression.getAsDouble();
        return direction == Direction.AT_MOST
                ? new Objective(direction, Math.min(good, other + most / 2), Math.min(floor, other + most))
                : new Objective(direction, Math.max(good, other - most / 2), Math.max(floor, other - most));
    }

    /** This objective for a service that had this value before. */
    public Objective loosenedTo(double baseline) {
        if (!Double.isFinite(baseline) || score(baseline) == 1) {
            return this;
        }
        double allowed = direction == Direction.AT_MOST ? baseline * (1 + TOLERANCE) : baseline * (1 - TOLERANCE);
        double span = Math.abs(floor - good);
        if (!isBeyondFloor(allowed)) {
            return new Objective(direction, allowed, floor);
        }
        return direction == Direction.AT_MOST
                ? atMost(allowed, allowed + span)
                : atLeast(allowed, Math.max(0, allowed - span));
    }
}
