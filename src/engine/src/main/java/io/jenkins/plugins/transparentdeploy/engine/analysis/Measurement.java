package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.time.Duration;
import java.util.Map;

/**
 * What was seen of a metric: exact counts, which can be added, rather than rates, which cannot.
 *
 * @param count requests, probes or readings
 * @param failures of them
 * @param latencies of them
 * @param sum of what was read, or counted, by metrics that read numbers; 0 for others
 */
public record Measurement(long count, long failures, LatencyHistogram latencies, double sum) {
    /** Nothing was seen. */
    public static final Measurement NONE = new Measurement(0, 0, LatencyHistogram.EMPTY, 0);

    /** @throws IllegalArgumentException when there are more failures than there could be */
    public Measurement {
        if (failures < 0 || failures > count) {
            throw new IllegalArgumentException(failures + " failures of " + count);
        }
    }

    static Measurement probe(boolean passed, Duration took) {
        return new Measurement(1, passed ? 0 : 1, new LatencyHistogram(Map.of(LatencyHistogram.bucket(took), 1L)), 0);
    }

    /** One number that was read, or how many there were in one interval. */
    static Measurement reading(double value) {
        return new Measurement(1, 0, LatencyHistogram.EMPTY, value);
    }

    /** Both together. */
    public Measurement plus(Measurement other) {
        if (other.equals(NONE)) {
            return this;
        }
        return new Measurement(
                count + other.count, failures + other.failures, latencies.plus(other.latencies), sum + other.sum);
    }
}
