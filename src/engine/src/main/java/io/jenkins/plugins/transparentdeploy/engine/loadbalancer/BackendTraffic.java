package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.OptionalDouble;

/**
 * What a backend was asked and how it answered. A request counts when it has ended; one that its client gave up is
 * nobody's failure and does not count.
 *
 * @param requests that ended
 * @param failures of them: answered with 500 to 599, not accepted, broken off, or not answered in time
 * @param latencies of them, from the request's arrival to the last byte from the backend
 */
public record BackendTraffic(long requests, long failures, LatencyHistogram latencies) {
    /** None. */
    public static final BackendTraffic NONE = new BackendTraffic(0, 0, LatencyHistogram.EMPTY);

    /** @throws IllegalArgumentException when the numbers contradict each other */
    public BackendTraffic {
        if (failures < 0 || failures > requests) {
            throw new IllegalArgumentException(failures + " failures of " + requests + " requests");
        }
    }

    /** Both together. */
    public BackendTraffic plus(BackendTraffic other) {
        return new BackendTraffic(
                requests + other.requests, failures + other.failures, latencies.plus(other.latencies));
    }

    /**
     * What came since an earlier reading of the same counters.
     *
     * @throws IllegalArgumentException when the other one has more, and so is none
     */
    public BackendTraffic minus(BackendTraffic earlier) {
        return new BackendTraffic(
                requests - earlier.requests, failures - earlier.failures, latencies.minus(earlier.latencies));
    }

    /** The share of requests that failed; empty without requests, which is not the same as none. */
    @JsonIgnore
    public OptionalDouble errorRate() {
        return requests == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) failures / requests);
    }
}
