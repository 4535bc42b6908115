package io.jenkins.plugins.transparentdeploy.engine.analysis;

import java.util.OptionalDouble;

/**
 * How a metric came out over everything that was seen of it.
 *
 * @param metric its name
 * @param value in its unit; empty when nothing was seen
 * @param count requests or probes that the value is of
 * @param score 0 to 1; empty when nothing was seen
 * @param enough whether that was as much as was asked for
 * @param vetoed whether it is certainly so bad that the release cannot pass
 * @param evidence one sentence without a full stop: what was seen, and what it was held against
 * @param certainty how near the evidence against it is to certainty, 0 to 1; empty in older records
 * @param reference its value without the release, before it or beside it; empty when that is not known
 */
public record MetricScore(
        String metric,
        OptionalDouble value,
        long count,
        OptionalDouble score,
        boolean enough,
        boolean vetoed,
        String evidence,
        OptionalDouble certainty,
        OptionalDouble reference) {
    public MetricScore {
        certainty = certainty == null ? OptionalDouble.empty() : certainty;
        reference = reference == null ? OptionalDouble.empty() : reference;
    }

    static MetricScore ofNothing(String metric) {
        return new MetricScore(
                metric,
                OptionalDouble.empty(),
                0,
                OptionalDouble.empty(),
                false,
                false,
                metric + " has no data",
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }
}
