package io.jenkins.plugins.transparentdeploy.engine.scaling;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusQuery;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** By what a service is scaled. */
public sealed interface Load {
    /** How many instances would do, as a number that is not whole yet. */
    double needed(double value, int active);

    /** What the load balancer must be able to do for it. */
    Set<Capability> needs();

    /** A value as people read it. */
    String format(double value);

    /**
     * By demand: requests per second of all instances together.
     *
     * @param capacity requests per second that one instance serves well, more than zero
     */
    record Demand(double capacity) implements Load {
        /** @throws RefusedException when nothing could be served */
        public Demand {
            requirePositive("The capacity of an instance", capacity);
        }

        @Override
        public double needed(double value, int active) {
            return value / capacity;
        }

        @Override
        public Set<Capability> needs() {
            return Set.of(Capability.STATISTICS);
        }

        @Override
        public String format(double value) {
            return String.format(Locale.ROOT, "%.1f requests a second, %.1f for each instance", value, capacity);
        }
    }

    /**
     * By performance: the latency that a share of the requests did not exceed.
     *
     * @param share more than 0 and less than 1
     * @param objective more than zero
     */
    record Latency(double share, Duration objective) implements Load {
        /** @throws RefusedException when it could not be measured */
        public Latency {
            requirePositive("The latency to scale by", objective.toNanos());
            if (!(share > 0 && share < 1)) {
                throw new RefusedException("There is no percentile " + 100 * share, "Use one between 0 and 100");
            }
        }

        @Override
        public double needed(double value, int active) {
            return active * value / (objective.toNanos() / 1e9);
        }

        @Override
        public Set<Capability> needs() {
            return Set.of(Capability.STATISTICS, Capability.LATENCIES);
        }

        @Override
        public String format(double value) {
            return String.format(
                    Locale.ROOT,
                    "%.0f ms at the %.4g. percentile, %d ms wanted",
                    value * 1000,
                    share * 100,
                    objective.toMillis());
        }
    }

    /**
     * By performance: what a Prometheus query gives, such as the processors' load in per cent, mean of all instances.
     *
     * @param objective in the query's own unit, more than zero; less is better
     */
    record Reading(PrometheusQuery query, double objective) implements Load {
        /** @throws RefusedException when nothing could reach it */
        public Reading {
            requirePositive("The objective of '" + query.query() + "'", objective);
        }

        @Override
        public double needed(double value, int active) {
            return active * value / objective;
        }

        @Override
        public Set<Capability> needs() {
            return Set.of();
        }

        @Override
        public String format(double value) {
            return String.format(Locale.ROOT, "%.4g, %.4g wanted", value, objective);
        }
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new RefusedException(what + " is " + value, "Make it more than zero");
        }
    }
}
