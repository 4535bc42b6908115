package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.LogFollower;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.Prometheus;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/** Looks once at something that is not counted by the load balancer. Used by one thread at a time. */
@FunctionalInterface
interface Probe {
    /** What was seen; when that is nothing, the text says why. */
    record Seen(Measurement measurement, String text) {}

    Seen look() throws InterruptedException;

    /** What kind of probe a metric takes; traffic metrics take none. */
    static Probe of(Metric metric, CheckRunner checks, LogMarks marks) {
        if (metric instanceof Metric.CheckSuccess success) {
            return () -> {
                CheckResult result = checks.run(success.check());
                return new Seen(Measurement.probe(result.passed(), result.took()), result.detail());
            };
        } else if (metric instanceof Metric.PrometheusValue value) {
            Prometheus prometheus = new Prometheus();
            return () -> {
                Prometheus.Reading reading = prometheus.read(value.query());
                return reading.value().isPresent()
                        ? new Seen(Measurement.reading(reading.value().getAsDouble()), "")
                        : new Seen(Measurement.NONE, reading.trouble());
            };
        } else if (metric instanceof Metric.LogMatches log) {
            LogFollower follower = LogFollower.since(log.file(), marks);
            return () -> count(follower, log.pattern());
        }
        throw new IllegalArgumentException(metric.name());
    }

    private static Seen count(LogFollower follower, Pattern pattern) {
        Duration most = Duration.ofSeconds(5);
        try {
            LogFollower.Count count = follower.count(pattern, System.nanoTime() + most.toNanos());
            return new Seen(Measurement.reading(count.matches()), count.last());
        } catch (IOException e) {
            return new Seen(Measurement.NONE, "no data: " + e.getMessage());
        }
    }
}
