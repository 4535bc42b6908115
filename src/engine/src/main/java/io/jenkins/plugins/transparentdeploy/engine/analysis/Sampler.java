package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
    private final Baseline baseline;
    private final Executor executor;
    private final Map<String, Probe> probes = new HashMap<>();
    private final Map<String, FutureTask<Probe.Seen>> running = new HashMap<>();
    private Optional<TrafficStatistics> previous = Optional.empty();
    private String trouble = "";
    private Instant since;

    Sampler(
            AnalysisSpec spec,
            Judge judge,
            Optional<StatisticsSource> statistics,
            Baseline baseline,
            CheckRunner checks,
            LogMarks marks,
            Executor executor) {
        this.spec = spec;
        this.judge = judge;
        this.statistics = statistics;
        this.baseline = baseline;
        this.executor = executor;
        for (Metric metric : spec.metrics()) {
            if (!(metric instanceof Metric.Traffic)) {
                probes.put(metric.name(), Probe.of(metric, checks, marks));
            }
        }
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
                            ? sample(traffic, now, interval)
                            : sample(metric, now, collect(metric), Optional.empty()));
        }
        previous = current.or(() -> previous);
        since = now;
        startProbes();
        return samples;
    }

    private Sample sample(Metric.Traffic metric, Instant now, Optional<TrafficStatistics> interval) {
        Optional<Measurement> seen = interval.map(traffic -> Judge.measure(metric, traffic));
        Optional<Measurement> beside = baseline instanceof Baseline.Beside stable
                ? interval.map(traffic -> Judge.measure(metric.of(stable.backends()), traffic))
                : Optional.empty();
        String otherwise = trouble.isEmpty() ? "no requests" : trouble;
        return sample(metric, now, new Probe.Seen(seen.orElse(Measurement.NONE), otherwise), beside);
    }

    private Sample sample(Metric metric, Instant now, Probe.Seen seen, Optional<Measurement> beside) {
        Measurement measurement = seen.measurement();
        OptionalDouble value = metric.value(measurement);
        OptionalDouble score = value.isEmpty()
                ? value
                : OptionalDouble.of(
                        judge.objective(metric, beside.orElse(Measurement.NONE)).score(value.getAsDouble()));
        String text = value.isEmpty() ? seen.text() : metric.format(value.getAsDouble()) + " of " + measurement.count();
        return new Sample(since, now, metric.name(), value, measurement.count(), score, measurement, text, beside);
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
        for (String metric : Set.copyOf(probes.keySet())) {
            if (!running.containsKey(metric)) {
                FutureTask<Probe.Seen> look = new FutureTask<>(probes.get(metric)::look);
                running.put(metric, look);
                executor.execute(look);
            }
        }
    }

    private Probe.Seen collect(Metric metric) throws InterruptedException {
        FutureTask<Probe.Seen> look = running.get(metric.name());
        if (!look.isDone()) {
            return new Probe.Seen(Measurement.NONE, "no probe has ended");
        }
        running.remove(metric.name());
        try {
            return look.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The probe of " + metric.name() + " broke", e.getCause());
        }
    }
}
