package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Makes a verdict of what was seen: a pure function of it, so that it can be made again from the samples.
 *
 * <p>A metric is certainly beyond its floor when, were it just at the floor, what was seen or worse would come up less
 * than once in a hundred times (the exact binomial test, see {@link BinomialTail}); or, in the latest interval alone,
 * less than once in a thousand times, so that a long good beginning does not hide a sudden end. So one failure of two
 * requests does not veto a floor of 5 %, but five of twenty do.
 */
public final class Judge {
    private static final double CERTAIN = 0.01;
    private static final double CERTAIN_BY_LATEST = 0.001;

    private final AnalysisSpec spec;
    private final Map<String, Objective> objectives = new HashMap<>();

    /** @param baseline the traffic before the deployment; empty when there is none to compare with */
    public Judge(AnalysisSpec spec, Optional<TrafficStatistics> baseline) {
        this.spec = spec;
        for (Metric metric : spec.metrics()) {
            objectives.put(metric.name(), objective(metric, baseline));
        }
    }

    /** How far an analysis is. */
    public enum Phase {
        /** Only a certain failure is decided. */
        WITHIN_WINDOW,
        /** Whatever is clear is decided. */
        AFTER_WINDOW,
        /** Everything is decided. */
        AT_DEADLINE
    }

    /**
     * What can be said of a release.
     *
     * @param verdict empty when it is too early
     * @param score see {@link AnalysisReport#score}
     * @param reason one sentence without a full stop
     */
    public record Judgement(
            Optional<Verdict> verdict, OptionalDouble score, List<MetricScore> metrics, String reason) {}

    private Objective objective(Metric metric, Optional<TrafficStatistics> baseline) {
        if (baseline.isPresent() && metric instanceof Metric.Traffic traffic) {
            Measurement before = measure(traffic, baseline.get());
            // Too few requests before are no baseline, just as too few after are no verdict.
            if (before.count() >= spec.neededSamples(metric)) {
                OptionalDouble value = metric.value(before);
                if (value.isPresent()) {
                    return metric.objective().loosenedTo(value.getAsDouble());
                }
            }
        }
        return metric.objective();
    }

    static Measurement measure(Metric.Traffic metric, TrafficStatistics statistics) {
        return Measurement.of(metric.backends().isEmpty() ? statistics.total() : statistics.of(metric.backends()));
    }

    /** What the metric is held against, the baseline considered. */
    Objective objective(Metric metric) {
        return objectives.get(metric.name());
    }

    /** Everything that the samples saw, by metric. */
    public static Map<String, Measurement> totals(Collection<Sample> samples) {
        Map<String, Measurement> totals = new HashMap<>();
        samples.forEach(sample -> totals.merge(sample.metric(), sample.measurement(), Measurement::plus));
        return totals;
    }

    /**
     * Judges.
     *
     * @param totals what was seen since the beginning, by metric
     * @param latest what was seen in the latest interval, by metric
     */
    public Judgement judge(Map<String, Measurement> totals, Map<String, Measurement> latest, Phase phase) {
        List<MetricScore> scores = new ArrayList<>();
        for (Metric metric : spec.metrics()) {
            scores.add(score(
                    metric,
                    totals.getOrDefault(metric.name(), Measurement.NONE),
                    latest.getOrDefault(metric.name(), Measurement.NONE)));
        }
        OptionalDouble quality = quality(scores);
        Optional<MetricScore> veto = scores.stream().filter(MetricScore::vetoed).findFirst();
        if (veto.isPresent()) {
            return new Judgement(
                    Optional.of(Verdict.FAIL), quality, scores, veto.get().evidence());
        }
        if (phase == Phase.WITHIN_WINDOW) {
            return new Judgement(Optional.empty(), quality, scores, "the window has not ended");
        }
        Optional<String> unclear = unclear(scores);
        if (unclear.isPresent()) {
            return new Judgement(
                    phase == Phase.AT_DEADLINE ? Optional.of(Verdict.INCONCLUSIVE) : Optional.empty(),
                    quality,
                    scores,
                    unclear.get());
        }
        boolean passed = quality.orElseThrow() >= spec.passScore();
        return new Judgement(
                Optional.of(passed ? Verdict.PASS : Verdict.FAIL), quality, scores, reason(scores, quality, passed));
    }

    private MetricScore score(Metric metric, Measurement total, Measurement latest) {
        Objective objective = objective(metric);
        OptionalDouble value = metric.value(total);
        if (value.isEmpty()) {
            return new MetricScore(
                    metric.name(), value, 0, OptionalDouble.empty(), false, false, metric.name() + " has no data");
        }
        boolean vetoed =
                isCertain(metric, objective, total, CERTAIN) || isCertain(metric, objective, latest, CERTAIN_BY_LATEST);
        double score = vetoed ? 0 : objective.score(value.getAsDouble());
        String evidence = metric.name() + " is " + metric.format(value.getAsDouble()) + " of " + total.count()
                + (vetoed && !objective.isBeyondFloor(value.getAsDouble())
                        ? ", and lately " + metric.format(metric.value(latest).orElse(Double.NaN)) + " of "
                                + latest.count()
                        : "")
                + ", good " + word(objective) + " " + metric.format(objective.good()) + ", bad beyond "
                + metric.format(objective.floor());
        return new MetricScore(
                metric.name(),
                value,
                total.count(),
                OptionalDouble.of(score),
                total.count() >= spec.neededSamples(metric),
                vetoed,
                evidence);
    }

    private static String word(Objective objective) {
        return objective.direction() == Objective.Direction.AT_MOST ? "up to" : "from";
    }

    private static boolean isCertain(Metric metric, Objective objective, Measurement seen, double alpha) {
        return BinomialTail.atLeast(metric.beyond(seen, objective), seen.count(), metric.allowedBeyond(objective))
                < alpha;
    }

    private OptionalDouble quality(List<MetricScore> scores) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < scores.size(); i++) {
            double weight = spec.metrics().get(i).weight();
            if (weight > 0) {
                if (scores.get(i).score().isEmpty()) {
                    return OptionalDouble.empty();
                }
                sum += weight * scores.get(i).score().getAsDouble();
                weights += weight;
            }
        }
        return OptionalDouble.of(sum / weights);
    }

    /** Why nothing can be said yet. A value beyond its floor by chance is no pass, but no failure either. */
    private Optional<String> unclear(List<MetricScore> scores) {
        for (int i = 0; i < scores.size(); i++) {
            MetricScore score = scores.get(i);
            Metric metric = spec.metrics().get(i);
            if (!score.enough()) {
                return Optional.of(metric.name() + " has seen " + score.count() + " of the "
                        + spec.neededSamples(metric) + " samples that it takes");
            }
            if (objective(metric).isBeyondFloor(score.value().orElse(Double.NaN))) {
                return Optional.of(score.evidence() + ", which may be by chance");
            }
        }
        return Optional.empty();
    }

    private String reason(List<MetricScore> scores, OptionalDouble quality, boolean passed) {
        String sum =
                String.format(Locale.ROOT, "quality %.2f, pass from %.2f", quality.orElseThrow(), spec.passScore());
        return passed
                ? sum
                : sum + ": "
                        + scores.stream()
                                .filter(score -> score.score().orElse(0) < 1)
                                .map(MetricScore::evidence)
                                .collect(Collectors.joining("; "));
    }
}
