package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;

/** Something that a release is judged by. */
public sealed interface Metric {
    /** What people call it; unique within an analysis. */
    String name();

    /** What is good, and what is not to be borne. */
    Objective objective();

    /** How much it counts beside the others, 0 or more; its floor counts whatever its weight. */
    double weight();

    /** The value of what was seen; empty when that was nothing. */
    OptionalDouble value(Measurement measurement);

    /** How many of what was seen were on the wrong side, for the test of a floor. */
    long beyond(Measurement measurement, Objective objective);

    /** The share of them, 0 to 1, that the floor allows to be on the wrong side. */
    double allowedBeyond(Objective objective);

    /** A value as people read it. */
    String format(double value);

    /** @throws RefusedException when it could not be judged by */
    private static void validate(String name, Objective objective, double weight, Objective.Direction direction) {
        if (name.isBlank()) {
            throw new RefusedException("A metric has no name", "Give it one that people will understand");
        }
        if (objective.direction() != direction) {
            throw new RefusedException(
                    "The objective of the metric '" + name + "' points the wrong way",
                    direction == Objective.Direction.AT_MOST ? "Less of it is better" : "More of it is better");
        }
        if (!Double.isFinite(weight) || weight < 0) {
            throw new RefusedException("The weight of the metric '" + name + "' is " + weight, "Make it 0 or more");
        }
    }

    private static void validateShare(String name, Objective objective) {
        if (Math.max(objective.good(), objective.floor()) > 1) {
            throw new RefusedException(
                    "The metric '" + name + "' is a share, and its objective or floor is more than all",
                    "Use numbers from 0 to 1");
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.4g %%", share * 100);
    }

    /** A metric that comes from the load balancer's statistics. */
    sealed interface Traffic extends Metric permits ErrorRate, LatencyPercentile {
        /** The backends whose requests count; all when empty. */
        Set<String> backends();
    }

    /**
     * The share of requests that failed.
     *
     * @param objective at most, of shares
     */
    record ErrorRate(String name, Set<String> backends, Objective objective, double weight) implements Traffic {
        /** @throws RefusedException when it could not be judged by */
        public ErrorRate {
            validate(name, objective, weight, Objective.Direction.AT_MOST);
            validateShare(name, objective);
            backends = Set.copyOf(backends);
        }

        @Override
        public OptionalDouble value(Measurement m) {
            return m.count() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) m.failures() / m.count());
        }

        @Override
        public long beyond(Measurement m, Objective objective) {
            return m.failures();
        }

        @Override
        public double allowedBeyond(Objective objective) {
            return objective.floor();
        }

        @Override
        public String format(double value) {
            return percent(value);
        }
    }

    /**
     * The latency that a share of the requests did not exceed.
     *
     * @param share more than 0 and less than 1; 0.99 for the 99th percentile
     * @param objective at most, in seconds
     */
    record LatencyPercentile(String name, Set<String> backends, double share, Objective objective, double weight)
            implements Traffic {
        /** @throws RefusedException when it could not be judged by */
        public LatencyPercentile {
            validate(name, objective, weight, Objective.Direction.AT_MOST);
            if (!(share > 0 && share < 1)) {
                throw new RefusedException(
                        "The metric '" + name + "' is a percentile of " + share, "Use 0.99 for the 99th percentile");
            }
            backends = Set.copyOf(backends);
        }

        @Override
        public OptionalDouble value(Measurement m) {
            return m.latencies().percentile(share);
        }

        /** The percentile is beyond the floor exactly when more than {@code 1 - share} of the requests are. */
        @Override
        public long beyond(Measurement m, Objective objective) {
            return m.latencies().countAbove(Duration.ofNanos(Math.round(objective.floor() * 1e9)));
        }

        @Override
        public double allowedBeyond(Objective objective) {
            return 1 - share;
        }

        @Override
        public String format(double value) {
            return String.format(Locale.ROOT, "%.4g ms", value * 1000);
        }
    }

    /**
     * The share of probes that passed; one is made every interval, unless the last one has not ended.
     *
     * @param objective at least, of shares
     */
    record CheckSuccess(String name, Check check, Objective objective, double weight) implements Metric {
        /** @throws RefusedException when it could not be judged by */
        public CheckSuccess {
            validate(name, objective, weight, Objective.Direction.AT_LEAST);
            validateShare(name, objective);
            Objects.requireNonNull(check, "check");
        }

        @Override
        public OptionalDouble value(Measurement m) {
            return m.count() == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((double) (m.count() - m.failures()) / m.count());
        }

        @Override
        public long beyond(Measurement m, Objective objective) {
            return m.failures();
        }

        @Override
        public double allowedBeyond(Objective objective) {
            return 1 - objective.floor();
        }

        @Override
        public String format(double value) {
            return percent(value);
        }
    }
}
