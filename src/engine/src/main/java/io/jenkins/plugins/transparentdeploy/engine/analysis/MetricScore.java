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
 * @param vetoed whether it is certainly beyond its floor
 * @param evidence one sentence without a full stop: what was seen, and what it was held against
 */
public record MetricScore(
        String metric,
        OptionalDouble value,
        long count,
        OptionalDouble score,
        boolean enough,
        boolean vetoed,
        String evidence) {}
