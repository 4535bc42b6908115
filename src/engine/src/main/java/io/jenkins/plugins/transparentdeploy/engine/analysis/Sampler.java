package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Takes the samples. A probe runs on a thread of its own and counts in the interval in which it ends, so that a slow one
 * never delays the others.
 */
final class Sampler {
    private final AnalysisSpec spec;
    private final Judge judge;
    private final Optional<StatisticsSource> statistics;
    private final CheckRunner checks;
    private final Executor executor;
    private final Map<String, FutureTask<CheckResult>> probes = new HashMap<>();
    private Optional<TrafficStatistics> previous = Optional.empty();
    private String trouble = "";
    private Instant since;

    Sampler(
            AnalysisSpec spec,
            Judge judge,
            Optional<StatisticsSource> statistics,
            CheckRunner checks,
            Executor executor) {
        this.spec = spec;
        this.judge = judge;
        this.statistics = statistics;
        this.checks = checks;
        this.executor = executor;
    }

    /** Begins the first interval. */
    void begin(Instant now) {
        since = now;
        previous = read();
        startProbes();
    }

    /** Ends an interval and begins the next. */
    List<Sample> sample(Instant now) throws InterruptedException {
        Optional<TrafficStatistics> current = read();
        Optional<TrafficStatistics> interval = current.flatMap(reading -> previous.map(reading::minus));
        List<Sample> samples = new ArrayList<>();
        for (Metric metric : spec.metrics()) {
            samples.add(
                    metric instanceof Metric.Traffic traffic
                            ? sample(
                                    metric,
                                    now,
                                    interval.map(traffics -> Judge.measure(traffic, traffics)),
                                    trouble.isEmpty() ? "no requests" : trouble)
                            : sample(metric, now, collect(metric), "no probe has ended"));
        }
        previous = current.or(() -> previous);
        since = now;
        startProbes();
        return samples;
    }

    private Sample sample(Metric metric, Instant now, Optional<Measurement> seen, String otherwise) {
        Measurement measurement = seen.orElse(Measurement.NONE);
        OptionalDouble value = metric.value(measurement);
        OptionalDouble score = value.isEmpty()
                ? value
                : OptionalDouble.of(judge.objective(metric).score(value.getAsDouble()));
        String text = value.isEmpty() ? otherwise : metric.format(value.getAsDouble()) + " of " + measurement.count();
        return new Sample(since, now, metric.name(), value, measurement.count(), score, measurement, text);
    }

    private Optional<TrafficStatistics> read() {
        trouble = "";
        try {
            return statistics.isEmpty()
                    ? Optional.empty()
                    : Optional.of(statistics.get().read());
        } catch (IOException e) {
            trouble = "no data: " + e.getMessage();
            return Optional.empty();
        }
    }

    private void startProbes() {
        for (Metric metric : spec.metrics()) {
            if (metric instanceof Metric.CheckSuccess success && !probes.containsKey(metric.name())) {
                FutureTask<CheckResult> probe = new FutureTask<>(() -> checks.run(success.check()));
                probes.put(metric.name(), probe);
                executor.execute(probe);
            }
        }
    }

    private Optional<Measurement> collect(Metric metric) throws InterruptedException {
        FutureTask<CheckResult> probe = probes.get(metric.name());
        if (!probe.isDone()) {
            return Optional.empty();
        }
        probes.remove(metric.name());
        try {
            CheckResult result = probe.get();
            return Optional.of(Measurement.probe(result.passed(), result.took()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("The check of " + metric.name() + " broke", e.getCause());
        }
    }
}
