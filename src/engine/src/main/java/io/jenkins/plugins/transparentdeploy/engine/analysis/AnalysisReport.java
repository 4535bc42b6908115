package io.jenkins.plugins.transparentdeploy.engine.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an analysis came to, and why.
 *
 * @param score the quality of the service, 0 to 1; empty when nothing was seen of some metric that has a weight
 * @param metrics one for each metric, in their order
 * @param decidedAt when the verdict was certain
 * @param onset the beginning of the first interval that was bad in what the release failed for; empty unless it failed
 * @param samples how many were taken, of all metrics
 * @param held how long it was watched on after a window at whose end it could be neither passed nor failed
 * @param summary one sentence without a full stop: the verdict and its reason
 */
public record AnalysisReport(
        Verdict verdict,
        OptionalDouble score,
        List<MetricScore> metrics,
        Instant startedAt,
        Instant decidedAt,
        Optional<Instant> onset,
        long samples,
        Duration held,
        String summary) {
    public AnalysisReport {
        metrics = List.copyOf(metrics);
        held = held == null ? Duration.ZERO : held;
    }

    /**
     * The same with the onset that was seen before anybody judged: a release that was bad from the first interval on was
     * bad since then.
     *
     * @param earlier since when it had been bad without a break when the analysis began; empty when it was not
     */
    public AnalysisReport badSince(Optional<Instant> earlier) {
        boolean fromTheBeginning = onset.equals(Optional.of(startedAt));
        Optional<Instant> found =
                fromTheBeginning ? earlier.filter(startedAt::isAfter).or(() -> onset) : onset;
        return new AnalysisReport(verdict, score, metrics, startedAt, decidedAt, found, samples, held, summary);
    }
}
