package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.util.Arrays;
import java.util.List;

/**
 * One line of the report.
 *
 * @param balancer what stood in front
 * @param what the strategy, or what was done instead
 * @param transitions releases and rollbacks
 * @param switches for each rollback, milliseconds from its decision to the last request that came to what was rolled back;
 *     less than 0 when the last one came before
 */
record Result(String balancer, String what, int transitions, Traffic traffic, List<Double> switches) {
    Result {
        switches = List.copyOf(switches);
    }

    /** The median and the longest, or "". */
    String switchTimes() {
        if (switches.isEmpty()) {
            return "";
        }
        double[] sorted =
                switches.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return String.format(
                java.util.Locale.ROOT,
                "%.0f ms, at most %.0f ms",
                sorted[sorted.length / 2],
                Arrays.stream(sorted).max().orElseThrow());
    }
}
