package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Makes a verdict of what was seen: a pure function of it, so that it can be made again from the samples.
 *
 * <p>A metric is certainly too bad when {@link Suspicion} says so of the value at which the release could not pass even
 * if everything else were perfect, or of the floor where that comes first. One failure of two requests is no evidence of
 * anything; five per cent of a hundred requests a second are within seconds; an outage is within an interval.
 */
public final class Judge {
    /** How probable it may be that a release that is just good enough is failed before the deadline. */
    private static final double ALPHA = 0.01;

    /** From this certainty on a release is not passed but watched on. */
    private static final double DOUBTFUL = 0.5;

    private final AnalysisSpec spec;
    private final Baseline baseline;
    /** The score of each metric below which nothing else could make the release pass. */
    private final Map<String, Double> failing = new HashMap<>();
    /** What was seen of each metric before; nothing where there is nothing to compare with. */
    private final Map<String, Measurement> before = new HashMap<>();
    /** What each metric is held against, what was before considered. */
    private final Map<String, Objective> objectives = new HashMap<>();

    /** @param baseline what traffic is compared with */
    public Judge(AnalysisSpec spec, Baseline baseline) {
        this.spec = spec;
        this.baseline = baseline;
        double weights = spec.metrics().stream().mapToDouble(Metric::weight).sum();
        for (Metric metric : spec.metrics()) {
            double lacking = (1 - spec.passScore()) * weights / metric.weight();
            failing.put(metric.name(), Math.max(0, 1 - lacking));
            before.put(metric.name(), before(metric, baseline));
            objectives.put(metric.name(), against(metric, metric.objective(), before.get(metric.name())));
        }
    }

    /** @param baseline the traffic before the deployment; empty when there is none to compare with */
    public Judge(AnalysisSpec spec, Optional<TrafficStatistics> baseline) {
        this(spec, Baseline.before(baseline));
    }

    /** How far an analysis is. */
    public enum Phase {
        /** Only a certain failure is decided. */
        WITHIN_WINDOW,
        /** What is good is decided too; what is not, and not certainly bad, is held. */
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
     * @param held whether nothing but its quality keeps it from passing
     * @param began the interval, counted from 0, in which a certain failure seems to have begun; empty without one
     */
    public record Judgement(
            Optional<Verdict> verdict,
            OptionalDouble score,
            List<MetricScore> metrics,
            String reason,
            boolean held,
            OptionalInt began) {
        private Judgement(Optional<Verdict> verdict, OptionalDouble score, List<MetricScore> metrics, String reason) {
            this(verdict, score, metrics, reason, false, OptionalInt.empty());
        }
    }

    /** Nothing was seen. */
    public Course begin() {
        Map<String, Course.Line> lines = new HashMap<>();
        for (Metric metric : spec.metrics()) {
            lines.put(
                    metric.name(),
                    Course.Line.begin(Suspicion.none(
                            spec.intervals(), ALPHA / spec.metrics().size())));
        }
        return new Course(lines);
    }

    /**
     * What is known after one more interval.
     *
     * @param seen in it, by metric
     * @param beside what was seen of the stable instances in it, by metric
     */
    public Course after(Course course, Map<String, Measurement> seen, Map<String, Measurement> beside) {
        Map<String, Course.Line> lines = new HashMap<>();
        for (Metric metric : spec.metrics()) {
            lines.put(
                    metric.name(),
                    after(
                            metric,
                            course.of(metric),
                            seen.getOrDefault(metric.name(), Measurement.NONE),
                            beside.getOrDefault(metric.name(), Measurement.NONE)));
        }
        return new Course(lines);
    }

    private Course.Line after(Metric metric, Course.Line line, Measurement seen, Measurement beside) {
        // An outage that hits everybody at once must not be held against what everybody did before it.
        Objective objective = loosened(metric, objective(metric, line.beside().plus(beside)), beside);
        double limit = objective.valueAt(failing.get(metric.name()));
        long beyond = metric.beyond(seen, limit);
        Suspicion suspicion = line.suspicion()
                .after(
                        seen.count(),
                        beyond,
                        metric.allowedBeyond(limit),
                        metric.clump(),
                        metric.mayDecideAlone(seen, beyond));
        return line.plus(seen, beside, suspicion);
    }

    /** What is known after all of these, each interval's beside each other. */
    public Course after(Collection<Sample> samples) {
        Map<Object, List<Sample>> intervals =
                samples.stream().collect(Collectors.groupingBy(Sample::at, LinkedHashMap::new, Collectors.toList()));
        Course course = begin();
        for (List<Sample> interval : intervals.values()) {
            course = after(course, seen(interval), beside(interval));
        }
        return course;
    }

    static Map<String, Measurement> seen(Collection<Sample> interval) {
        return interval.stream().collect(Collectors.toMap(Sample::metric, Sample::measurement));
    }

    static Map<String, Measurement> beside(Collection<Sample> interval) {
        return interval.stream()
                .filter(sample -> sample.beside().isPresent())
                .collect(Collectors.toMap(
                        Sample::metric, sample -> sample.beside().get()));
    }

    static Measurement measure(Metric.Traffic metric, TrafficStatistics statistics) {
        return metric.measure(metric.backends().isEmpty() ? statistics.total() : statistics.of(metric.backends()));
    }

    private static Measurement before(Metric metric, Baseline baseline) {
        return baseline instanceof Baseline.Before known && metric instanceof Metric.Traffic traffic
                ? measure(traffic, known.statistics())
                : Measurement.NONE;
    }

    /** What the metric is held against, what was seen beside it considered. */
    Objective objective(Metric metric, Measurement beside) {
        return against(metric, objectives.get(metric.name()), beside);
    }

    private Objective against(Metric metric, Objective objective, Measurement other) {
        OptionalDouble value = reference(metric, other);
        return value.isPresent() ? objective.against(value.getAsDouble()) : objective;
    }

    /** Too few requests to compare with are no baseline, just as too few of the release are no verdict. */
    private OptionalDouble reference(Metric metric, Measurement other) {
        return other.count() >= spec.neededSamples(metric) ? metric.value(other) : OptionalDouble.empty();
    }

    private static Objective loosened(Metric metric, Objective objective, Measurement beside) {
        OptionalDouble value = metric.value(beside);
        return value.isPresent() ? objective.loosenedTo(value.getAsDouble()) : objective;
    }

    /** Judges. */
    public Judgement judge(Course course, Phase phase) {
        List<MetricScore> scores =
                spec.metrics().stream().map(metric -> score(metric, course)).toList();
        OptionalDouble quality = quality(scores);
        Optional<MetricScore> veto = scores.stream().filter(MetricScore::vetoed).findFirst();
        if (veto.isPresent()) {
            return new Judgement(
                    Optional.of(Verdict.FAIL), quality, scores, veto.get().evidence(), false, began(course));
        }
        if (phase == Phase.WITHIN_WINDOW) {
            return new Judgement(Optional.empty(), quality, scores, "the window has not ended");
        }
        boolean last = phase == Phase.AT_DEADLINE;
        Optional<String> unclear = unclear(scores, course);
        if (unclear.isPresent()) {
            return new Judgement(
                    last ? Optional.of(Verdict.INCONCLUSIVE) : Optional.empty(), quality, scores, unclear.get());
        }
        boolean passed = quality.orElseThrow() >= spec.passScore();
        Optional<MetricScore> doubtful = scores.stream()
                .filter(score -> score.certainty().orElse(0) >= DOUBTFUL)
                .findFirst();
        if (!last && (!passed || doubtful.isPresent())) {
            String why = passed ? doubtful.orElseThrow().evidence() : reason(scores, quality, false);
            return new Judgement(Optional.empty(), quality, scores, "held: " + why, !passed, OptionalInt.empty());
        }
        return new Judgement(
                Optional.of(passed ? Verdict.PASS : Verdict.FAIL), quality, scores, reason(scores, quality, passed));
    }

    private OptionalInt began(Course course) {
        return spec.metrics().stream()
                .filter(metric -> course.of(metric).suspicion().isCertain())
                .mapToInt(metric -> course.of(metric).suspicion().began())
                .min();
    }

    private MetricScore score(Metric metric, Course course) {
        Measurement total = course.of(metric).total();
        Suspicion suspicion = course.of(metric).suspicion();
        Objective objective = objective(metric, course.of(metric).beside());
        OptionalDouble value = metric.value(total);
        if (value.isEmpty()) {
            return MetricScore.ofNothing(metric.name());
        }
        boolean vetoed = suspicion.isCertain()
                || metric.isIrrevocable()
                        && (objective.isBeyondFloor(value.getAsDouble())
                                || objective.score(value.getAsDouble()) < failing.get(metric.name()));
        double score = vetoed ? 0 : objective.score(value.getAsDouble());
        String evidence = metric.name() + " is " + metric.format(value.getAsDouble()) + " of " + total.count()
                + (vetoed ? lately(metric, course.of(metric)) : "") + ", good " + word(objective) + " "
                + metric.format(objective.good()) + ", bad beyond " + metric.format(objective.floor());
        return new MetricScore(
                metric.name(),
                value,
                total.count(),
                OptionalDouble.of(score),
                total.count() >= spec.neededSamples(metric),
                vetoed,
                evidence,
                OptionalDouble.of(vetoed ? 1 : suspicion.certainty()),
                reference(
                        metric,
                        baseline instanceof Baseline.Beside ? course.of(metric).beside() : before.get(metric.name())));
    }

    /** What came since the failure seems to have begun, where that is not all. */
    private static String lately(Metric metric, Course.Line line) {
        OptionalDouble value = metric.value(line.lately());
        return line.lately().equals(line.total()) || metric.isIrrevocable() || value.isEmpty()
                ? ""
                : ", and lately " + metric.format(value.getAsDouble()) + " of "
                        + line.lately().count();
    }

    private static String word(Objective objective) {
        return objective.direction() == Objective.Direction.AT_MOST ? "up to" : "from";
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
    private Optional<String> unclear(List<MetricScore> scores, Course course) {
        for (int i = 0; i < scores.size(); i++) {
            MetricScore score = scores.get(i);
            Metric metric = spec.metrics().get(i);
            if (!score.enough()) {
                return Optional.of(metric.name() + " has seen " + score.count() + " of the "
                        + spec.neededSamples(metric) + " samples that it takes");
            }
            Objective objective = objective(metric, course.of(metric).beside());
            if (objective.isBeyondFloor(score.value().orElse(Double.NaN))) {
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
