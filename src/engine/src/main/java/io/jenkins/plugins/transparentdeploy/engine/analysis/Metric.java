package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusQuery;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** Something that a release is judged by. */
public sealed interface Metric {
    /** How many requests are slow for one reason: they stand in one queue. */
    double QUEUE = 2;

    /** The share of readings that may be worse than a limit, for one to say that readings typically are not. */
    double UNTYPICAL = 0.25;

    /** What people call it; unique within an analysis. */
    String name();

    /** What is good, and what is not to be borne. */
    Objective objective();

    /** How much it counts beside the others, 0 or more; its floor counts whatever its weight. */
    double weight();

    /** The value of what was seen; empty when that was nothing. */
    OptionalDouble value(Measurement measurement);

    /** How many of what was seen in one interval were worse than a limit in the metric's unit. */
    long beyond(Measurement interval, double limit);

    /** The share of them, 0 to 1, that is worse when the metric's value is just the limit. */
    double allowedBeyond(double limit);

    /** What the load balancer must be able to do. */
    default Set<Capability> needs() {
        return Set.of();
    }

    /** How many may be bad for one and the same reason, and so are evidence of one thing only; at least 1. */
    default double clump() {
        return 1;
    }

    /** Whether so much went wrong in one interval that it is evidence enough by itself. */
    default boolean mayDecideAlone(Measurement interval, long beyond) {
        return false;
    }

    /** Whether what was seen can only add up, so that what is too bad once stays so. */
    default boolean isIrrevocable() {
        return false;
    }

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

        /** What it needs to know of what came; what it does not need is not kept with every sample. */
        Measurement measure(BackendTraffic traffic);

        /** The same metric of other backends. */
        Traffic of(Set<String> others);
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
        public Set<Capability> needs() {
            return Set.of(Capability.STATISTICS);
        }

        @Override
        public Measurement measure(BackendTraffic traffic) {
            return new Measurement(traffic.requests(), traffic.failures(), LatencyHistogram.EMPTY, 0);
        }

        @Override
        public Traffic of(Set<String> others) {
            return new ErrorRate(name, others, objective, weight);
        }

        @Override
        public long beyond(Measurement interval, double limit) {
            return interval.failures();
        }

        @Override
        public double allowedBeyond(double limit) {
            return limit;
        }

        /** When most requests fail there is no need to look twice. */
        @Override
        public boolean mayDecideAlone(Measurement interval, long beyond) {
            return 2 * beyond >= interval.count();
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

        /** The percentile is beyond a limit exactly when more than {@code 1 - share} of the requests are. */
        @Override
        public long beyond(Measurement interval, double limit) {
            return interval.latencies().countAbove(Duration.ofNanos(Math.round(limit * 1e9)));
        }

        @Override
        public double allowedBeyond(double limit) {
            return 1 - share;
        }

        @Override
        public double clump() {
            return QUEUE;
        }

        @Override
        public Set<Capability> needs() {
            return Set.of(Capability.STATISTICS, Capability.LATENCIES);
        }

        @Override
        public Measurement measure(BackendTraffic traffic) {
            return new Measurement(traffic.requests(), traffic.failures(), traffic.latencies(), 0);
        }

        @Override
        public Traffic of(Set<String> others) {
            return new LatencyPercentile(name, others, share, objective, weight);
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
        public long beyond(Measurement interval, double limit) {
            return interval.failures();
        }

        @Override
        public double allowedBeyond(double limit) {
            return 1 - limit;
        }

        @Override
        public String format(double value) {
            return percent(value);
        }
    }

    /**
     * The mean of what a Prometheus query gave, asked once every interval.
     *
     * @param objective in the query's own unit
     */
    record PrometheusValue(String name, PrometheusQuery query, Objective objective, double weight) implements Metric {
        /** @throws RefusedException when it could not be judged by */
        public PrometheusValue {
            validate(name, objective, weight, objective.direction());
            Objects.requireNonNull(query, "query");
        }

        @Override
        public OptionalDouble value(Measurement m) {
            return m.count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(m.sum() / m.count());
        }

        @Override
        public long beyond(Measurement interval, double limit) {
            boolean worse = objective.direction() == Objective.Direction.AT_MOST
                    ? interval.sum() > limit * interval.count()
                    : interval.sum() < limit * interval.count();
            return worse ? interval.count() : 0;
        }

        @Override
        public double allowedBeyond(double limit) {
            return UNTYPICAL;
        }

        @Override
        public String format(double value) {
            return String.format(Locale.ROOT, "%.4g", value);
        }
    }

    /**
     * How many lines of a log file matched since the deployment began. A count: nothing about it is by chance.
     *
     * @param file absolute
     * @param objective at most, in lines
     */
    record LogMatches(String name, Path file, Pattern pattern, Objective objective, double weight) implements Metric {
        /** @throws RefusedException when it could not be judged by */
        public LogMatches {
            validate(name, objective, weight, Objective.Direction.AT_MOST);
            Objects.requireNonNull(pattern, "pattern");
        }

        @Override
        public OptionalDouble value(Measurement m) {
            return m.count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(m.sum());
        }

        @Override
        public long beyond(Measurement interval, double limit) {
            return 0;
        }

        @Override
        public double allowedBeyond(double limit) {
            return 1;
        }

        @Override
        public boolean isIrrevocable() {
            return true;
        }

        @Override
        public String format(double value) {
            return String.format(Locale.ROOT, "%.0f lines", value);
        }
    }
}
