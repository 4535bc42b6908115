package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Since when a release has been answering badly without a break, before anybody judges it. Decides nothing: it only says
 * where an incident began that an analysis found later. Not thread-safe.
 */
public final class Onset {
    private final List<Metric.Traffic> metrics;
    private final double passScore;
    private Instant since;

    /** For the traffic metrics of an analysis. */
    public Onset(AnalysisSpec spec) {
        this.metrics = spec.metrics().stream()
                .filter(Metric.Traffic.class::isInstance)
                .map(Metric.Traffic.class::cast)
                .toList();
        this.passScore = spec.passScore();
    }

    /** Whether there is anything that it could tell by. */
    public boolean canTell() {
        return !metrics.isEmpty();
    }

    /**
     * An interval is over. One without requests changes nothing.
     *
     * @param began when
     * @param backends those with the release
     */
    public void seen(Instant began, TrafficStatistics interval, Set<String> backends) {
        if (interval.of(backends).requests() > 0) {
            boolean bad = metrics.stream().anyMatch(metric -> isBad(metric, metric.measure(interval.of(backends))));
            if (!bad) {
                since = null;
            } else if (since == null) {
                since = began;
            }
        }
    }

    private boolean isBad(Metric.Traffic metric, Measurement measurement) {
        OptionalDouble value = metric.value(measurement);
        return value.isPresent() && metric.objective().score(value.getAsDouble()) < passScore;
    }

    /** The beginning of the first of the bad intervals that reach to now; empty when the last one was good. */
    public Optional<Instant> since() {
        return Optional.ofNullable(since);
    }
}
