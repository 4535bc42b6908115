package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One line of the report.
 *
 * @param balancer what stood in front
 * @param what the strategy, or what was done instead
 * @param transitions releases and rollbacks
 * @param switches for each rollback, how long requests still came to what was rolled back
 */
record Result(String balancer, String what, int transitions, Traffic traffic, List<Switch> switches) {
    Result {
        switches = List.copyOf(switches);
    }

    /**
     * Until the last request came to what was rolled back, in milliseconds; less than 0 when it came before.
     *
     * @param sinceDecided from when the rollback was decided
     * @param sinceAsked from when a person asked for it, which is when {@code tdeploy} was started
     */
    record Switch(double sinceDecided, double sinceAsked) {
        static Switch of(long lastArrival, Service.Rollback rollback) {
            return new Switch((lastArrival - rollback.decided()) / 1000.0, (lastArrival - rollback.asked()) / 1000.0);
        }
    }

    /** The median and the longest, or "". */
    String sinceDecided() {
        return times(Switch::sinceDecided);
    }

    /** The median and the longest, or "". */
    String sinceAsked() {
        return times(Switch::sinceAsked);
    }

    private String times(ToDoubleFunction<Switch> time) {
        if (switches.isEmpty()) {
            return "";
        }
        double[] sorted = switches.stream().mapToDouble(time).sorted().toArray();
        return String.format(
                Locale.ROOT, "%.0f ms, at most %.0f ms", sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
}
