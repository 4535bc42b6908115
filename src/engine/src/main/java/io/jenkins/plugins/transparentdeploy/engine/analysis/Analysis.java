package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.HostCheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.Ticker;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Watches a release until there is a verdict. What it is watched by is the spec's, how it is judged is {@link Judge}'s. */
public final class Analysis {
    private final AnalysisSpec spec;
    private final CheckRunner checks;
    private final LogMarks marks;
    private final Ticker ticker;

    /**
     * @param host where the commands of checks run
     * @param marks from where on logs are counted
     */
    public Analysis(AnalysisSpec spec, Host host, Clock clock, LogMarks marks) {
        this(spec, new HostCheckRunner(host, marks), marks, Ticker.startingAt(clock));
    }

    /** @param ticker the time, and how it is waited for */
    public Analysis(AnalysisSpec spec, CheckRunner checks, LogMarks marks, Ticker ticker) {
        this.spec = spec;
        this.checks = checks;
        this.marks = marks;
        this.ticker = ticker;
    }

    /** Is told, once, that a release is held: an opportunity to help it. */
    @FunctionalInterface
    public interface Optimiser {
        /** @param reason what it is short of */
        void held(String reason) throws IOException, InterruptedException;
    }

    /** Samples and judges; what is held is only watched on. */
    public AnalysisReport run(Optional<StatisticsSource> statistics, Baseline baseline, SampleListener listener)
            throws IOException, InterruptedException {
        return run(statistics, baseline, listener, reason -> {});
    }

    /**
     * Samples every interval until a verdict, at the latest at the deadline. An interrupt ends it at once, without one.
     *
     * @param statistics what the load balancer counts; empty when there is none
     * @param baseline what they are compared with
     * @param optimiser told when the quality of a release is short of the pass score at the end of its window
     * @throws RefusedException when a metric needs statistics and there are none
     */
    public AnalysisReport run(
            Optional<StatisticsSource> statistics, Baseline baseline, SampleListener listener, Optimiser optimiser)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "probe");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return run(statistics, baseline, listener, optimiser, threads);
        } finally {
            threads.shutdownNow();
        }
    }

    AnalysisReport run(
            Optional<StatisticsSource> statistics,
            Baseline baseline,
            SampleListener listener,
            Optimiser optimiser,
            Executor probes)
            throws IOException, InterruptedException {
        requireStatistics(statistics);
        Judge judge = new Judge(spec, baseline);
        Sampler sampler = new Sampler(spec, judge, statistics, baseline, checks, marks, probes);
        List<List<Sample>> intervals = new ArrayList<>();
        Course course = judge.begin();
        Optional<Instant> heldFrom = Optional.empty();
        boolean asked = false;
        Instant startedAt = ticker.now();
        sampler.begin(startedAt);
        for (Instant next = startedAt.plus(spec.interval()); ; next = following(startedAt, next)) {
            ticker.sleep(Duration.between(ticker.now(), next));
            Instant now = ticker.now();
            List<Sample> samples = sampler.sample(now);
            intervals.add(samples);
            for (Sample sample : samples) {
                listener.sampled(sample);
            }
            course = judge.after(course, Judge.seen(samples), Judge.beside(samples));
            Judge.Phase phase = phase(startedAt, now);
            Judge.Judgement judgement = judge.judge(course, phase);
            if (judgement.verdict().isPresent()) {
                Duration held =
                        heldFrom.map(from -> Duration.between(from, now)).orElse(Duration.ZERO);
                return report(judgement, judgement.verdict().get(), startedAt, now, held, intervals);
            }
            if (judgement.held() && !asked) {
                asked = true;
                optimiser.held(judgement.reason());
            }
            if (heldFrom.isEmpty() && phase != Judge.Phase.WITHIN_WINDOW) {
                heldFrom = Optional.of(now);
            }
        }
    }

    private void requireStatistics(Optional<StatisticsSource> statistics) {
        if (statistics.isEmpty()) {
            spec.metrics().stream()
                    .filter(Metric.Traffic.class::isInstance)
                    .findFirst()
                    .ifPresent(metric -> {
                        throw new RefusedException(
                                "The metric '" + metric.name() + "' needs a load balancer that counts requests",
                                "Configure one, or judge by checks only");
                    });
        }
    }

    /** The end of the next interval that is not over already; of the last one, the deadline. */
    private Instant following(Instant startedAt, Instant last) {
        Instant now = ticker.now();
        Instant next = last.plus(spec.interval());
        while (next.isBefore(now)) {
            next = next.plus(spec.interval());
        }
        Instant deadline = startedAt.plus(spec.deadline());
        return deadline.isAfter(now) && deadline.isBefore(next) ? deadline : next;
    }

    private Judge.Phase phase(Instant startedAt, Instant now) {
        Duration elapsed = Duration.between(startedAt, now);
        if (elapsed.compareTo(spec.deadline()) >= 0) {
            return Judge.Phase.AT_DEADLINE;
        }
        return elapsed.compareTo(spec.window()) >= 0 ? Judge.Phase.AFTER_WINDOW : Judge.Phase.WITHIN_WINDOW;
    }

    private AnalysisReport report(
            Judge.Judgement judgement,
            Verdict verdict,
            Instant startedAt,
            Instant decidedAt,
            Duration held,
            List<List<Sample>> intervals) {
        return new AnalysisReport(
                verdict,
                judgement.score(),
                judgement.metrics(),
                startedAt,
                decidedAt,
                verdict == Verdict.FAIL ? onset(judgement, intervals) : Optional.empty(),
                intervals.stream().mapToLong(List::size).sum(),
                held,
                verdict + ": " + judgement.reason());
    }

    /** The first bad interval, since the failure seems to have begun, of a metric that the release failed for. */
    private Optional<Instant> onset(Judge.Judgement judgement, List<List<Sample>> intervals) {
        boolean vetoed = judgement.metrics().stream().anyMatch(MetricScore::vetoed);
        List<String> guilty = judgement.metrics().stream()
                .filter(score -> vetoed ? score.vetoed() : score.score().orElse(0) < 1)
                .map(MetricScore::metric)
                .toList();
        return intervals.stream()
                .skip(judgement.began().orElse(0))
                .flatMap(List::stream)
                .filter(sample ->
                        guilty.contains(sample.metric()) && sample.score().orElse(1) < spec.passScore())
                .map(Sample::since)
                .findFirst()
                .or(() -> judgement.began().isPresent()
                        ? Optional.of(intervals
                                .get(judgement.began().getAsInt())
                                .get(0)
                                .since())
                        : Optional.empty());
    }
}
