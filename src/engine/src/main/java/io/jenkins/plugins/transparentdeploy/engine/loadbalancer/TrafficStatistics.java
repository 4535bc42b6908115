package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Counters of a load balancer, which only grow. The difference of two readings is what happened between them.
 *
 * @param since when counting began; another one means that the load balancer was restarted
 * @param backends by name
 */
public record TrafficStatistics(Instant since, Map<String, BackendTraffic> backends) {
    public TrafficStatistics {
        Objects.requireNonNull(since, "since");
        backends = Map.copyOf(backends);
    }

    /**
     * What came after an earlier reading. After a restart in between, or after somebody cleared the counters, that is what
     * came since then: what was counted between the reading and that is lost.
     */
    public TrafficStatistics minus(TrafficStatistics earlier) {
        if (!continues(earlier)) {
            return this;
        }
        Map<String, BackendTraffic> difference = new LinkedHashMap<>();
        backends.forEach((name, traffic) ->
                difference.put(name, traffic.minus(earlier.backends.getOrDefault(name, BackendTraffic.NONE))));
        return new TrafficStatistics(since, difference);
    }

    /** Whether counting went on since an earlier reading, so that the difference is all that came. */
    public boolean continues(TrafficStatistics earlier) {
        return since.equals(earlier.since) && !wereCleared(earlier);
    }

    private boolean wereCleared(TrafficStatistics earlier) {
        return backends.entrySet().stream().anyMatch(entry -> {
            BackendTraffic before = earlier.backends.getOrDefault(entry.getKey(), BackendTraffic.NONE);
            return entry.getValue().requests() < before.requests()
                    || entry.getValue().failures() < before.failures();
        });
    }

    /** What came to several backends together; one that is not known had none. */
    public BackendTraffic of(Collection<String> names) {
        return names.stream()
                .distinct()
                .map(name -> backends.getOrDefault(name, BackendTraffic.NONE))
                .reduce(BackendTraffic.NONE, BackendTraffic::plus);
    }

    /** What came to all backends together. */
    public BackendTraffic total() {
        return of(backends.keySet());
    }
}
