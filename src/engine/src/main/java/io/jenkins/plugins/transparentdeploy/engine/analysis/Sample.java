package io.jenkins.plugins.transparentdeploy.engine.analysis;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was seen of a metric in one interval.
 *
 * @param since when the interval began
 * @param at when it ended
 * @param metric the metric's name
 * @param value in the metric's unit; empty when nothing was seen
 * @param count requests or probes that the value is of
 * @param score of this interval alone, 0 to 1; empty when nothing was seen
 * @param measurement the counts themselves, which a verdict can be made from again
 * @param text the value as people read it, or why there is none
 * @param beside what was seen of the stable instances meanwhile; empty when nothing is compared with them
 */
public record Sample(
        Instant since,
        Instant at,
        String metric,
        OptionalDouble value,
        long count,
        OptionalDouble score,
        Measurement measurement,
        String text,
        Optional<Measurement> beside) {
    public Sample {
        beside = beside == null ? Optional.empty() : beside;
    }

    /** One line for a log. */
    @Override
    public String toString() {
        return metric + ": " + text;
    }
}
