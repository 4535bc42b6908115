package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a release is judged while it runs.
 *
 * @param window how long a good release is watched; at least one interval
 * @param interval between two samples; more than zero
 * @param minimumSamples how many requests each metric has to have seen before it can pass, at least 1; of probes, which
 *     the window limits, no more than half of those that fit into it
 * @param passScore the quality from which a release passes; more than 0 and at most 1
 * @param deadline from the beginning, when what is not decided is inconclusive; at least the window
 * @param metrics at least one; names are unique, and one of the weights is more than zero
 */
public record AnalysisSpec(
        Duration window,
        Duration interval,
        long minimumSamples,
        double passScore,
        Duration deadline,
        List<Metric> metrics) {
    /** @throws RefusedException when nothing could be decided so */
    public AnalysisSpec {
        metrics = List.copyOf(metrics);
        if (interval.isZero() || interval.isNegative() || window.compareTo(interval) < 0) {
            throw new RefusedException(
                    "An analysis samples every " + interval + " for " + window,
                    "Make the interval more than zero, and the window at least as long");
        }
        if (deadline.compareTo(window) < 0) {
            throw new RefusedException(
                    "The deadline of an analysis, " + deadline + ", is before the end of its window, " + window,
                    "Make it as long as the window or longer");
        }
        if (minimumSamples < 1) {
            throw new RefusedException(
                    "An analysis would be content with " + minimumSamples + " samples", "Ask for at least one");
        }
        if (!(passScore > 0 && passScore <= 1)) {
            throw new RefusedException(
                    "The pass score of an analysis is " + passScore, "Make it more than 0 and at most 1, such as 0.9");
        }
        Set<String> names = new HashSet<>();
        for (Metric metric : metrics) {
            if (!names.add(metric.name())) {
                throw new RefusedException(
                        "Two metrics are named '" + metric.name() + "'", "Give each a name of its own");
            }
        }
        if (!(metrics.stream().mapToDouble(Metric::weight).sum() > 0)) {
            throw new RefusedException("No metric of the analysis has a weight", "Add one with a weight of 1");
        }
    }

    /** The same, of the traffic of these backends only: the canary's, or an idle slot's. */
    public AnalysisSpec watching(Set<String> backends) {
        List<Metric> theirs = metrics.stream()
                .map(metric -> metric instanceof Metric.Traffic traffic ? traffic.of(backends) : metric)
                .toList();
        return new AnalysisSpec(window, interval, minimumSamples, passScore, deadline, theirs);
    }

    /**
     * The same for another time: a step of a canary is watched shorter than the whole release.
     *
     * @param samples how many requests a step has to see at least
     * @param held how long what is short of its objective may be watched on after the window; zero or more
     */
    public AnalysisSpec lasting(Duration time, long samples, Duration held) {
        return new AnalysisSpec(time, interval, samples, passScore, time.plus(held), metrics);
    }

    /** The log files whose lines it counts. */
    public Set<Path> logFiles() {
        return metrics.stream()
                .filter(Metric.LogMatches.class::isInstance)
                .map(metric -> ((Metric.LogMatches) metric).file())
                .collect(Collectors.toSet());
    }

    /** How many intervals there are until the deadline, at least 1. */
    long intervals() {
        return deadline.dividedBy(interval);
    }

    /** How much of this metric has to have been seen before a release can pass. */
    long neededSamples(Metric metric) {
        return !(metric instanceof Metric.Traffic)
                ? Math.min(minimumSamples, Math.max(1, window.dividedBy(interval) / 2))
                : minimumSamples;
    }
}
