package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.util.Map;

/**
 * What became of the requests of one run.
 *
 * @param failures by reason
 * @param latencies of all, failed ones too
 */
record Traffic(long requests, Map<String, Long> failures, LatencyHistogram latencies) {
    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** In milliseconds. */
    double p99() {
        return 1000 * latencies.percentile(0.99).orElse(Double.NaN);
    }
}
