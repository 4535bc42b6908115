package io.jenkins.plugins.transparentdeploy.engine.analysis;

import java.util.Map;

/**
 * Everything that a verdict is made of: what was seen of each metric since the beginning. A value: each interval makes a
 * new one ({@link Judge#after}), from nothing ({@link Judge#begin}).
 */
public final class Course {
    /**
     * One metric's.
     *
     * @param total what was seen of it
     * @param beside what was seen of the stable instances meanwhile
     * @param suspicion that it is not good enough
     * @param lately what was seen since what is suspected seems to have begun
     */
    record Line(Measurement total, Measurement beside, Suspicion suspicion, Measurement lately) {
        static Line begin(Suspicion none) {
            return new Line(Measurement.NONE, Measurement.NONE, none, Measurement.NONE);
        }

        Line plus(Measurement seen, Measurement besideSeen, Suspicion next) {
            return new Line(
                    total.plus(seen),
                    beside.plus(besideSeen),
                    next,
                    next.began() == suspicion.began() ? lately.plus(seen) : seen);
        }
    }

    private final Map<String, Line> lines;

    Course(Map<String, Line> lines) {
        this.lines = Map.copyOf(lines);
    }

    Line of(Metric metric) {
        return lines.get(metric.name());
    }

    /** What was seen of a metric since the beginning. */
    public Measurement total(String metric) {
        return lines.get(metric).total();
    }
}
