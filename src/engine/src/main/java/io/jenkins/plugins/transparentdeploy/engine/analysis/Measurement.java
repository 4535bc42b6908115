package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.time.Duration;
import java.util.Map;

/**
 * What was seen of a metric: exact counts, which can be added, rather than rates, which cannot.
 *
 * @param count requests or probes
 * @param failures of them
 * @param latencies of them
 */
public record Measurement(long count, long failures, LatencyHistogram latencies) {
    /** Nothing was seen. */
    public static final Measurement NONE = new Measurement(0, 0, LatencyHistogram.EMPTY);

    /** @throws IllegalArgumentException when there are more failures than there could be */
    public Measurement {
        if (failures < 0 || failures > count) {
            throw new IllegalArgumentException(failures + " failures of " + count);
        }
    }

    static Measurement of(BackendTraffic traffic) {
        return new Measurement(traffic.requests(), traffic.failures(), traffic.latencies());
    }

    static Measurement probe(boolean passed, Duration took) {
        return new Measurement(1, passed ? 0 : 1, new LatencyHistogram(Map.of(LatencyHistogram.bucket(took), 1L)));
    }

    /** Both together. */
    public Measurement plus(Measurement other) {
        return new Measurement(count + other.count, failures + other.failures, latencies.plus(other.latencies));
    }
}
