package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Objective;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads what is good of a metric and what is not to be borne, so that what contradicts itself names its keys. */
final class ObjectiveReader {
    private static final String GOOD = "objective";
    private static final String FLOOR = "floor";
    private static final String REGRESSION = "regression";

    private final Section section;

    ObjectiveReader(Section section) {
        this.section = section;
    }

    /**
     * A value, and how it is written.
     *
     * @param said whether it is there
     */
    private record Bound(double value, String written, boolean said) {
        @Override
        public String toString() {
            return written + (said ? "" : " unless given");
        }
    }

    /** The smaller the share, the better. */
    Objective shareAtMost(String good, String floor) {
        return worseBy(atMost(share(GOOD, good), share(FLOOR, floor)), section.share(REGRESSION));
    }

    /** The bigger the share, the better. */
    Objective shareAtLeast(String good, String floor) {
        return atLeast(share(GOOD, good), share(FLOOR, floor));
    }

    /** The sooner the better. */
    Objective durationAtMost(String good, String floor) {
        return worseBy(
                atMost(duration(GOOD, good), duration(FLOOR, floor)),
                section.duration(REGRESSION).map(ObjectiveReader::seconds));
    }

    /** The less the better. */
    Objective numberAtMost(double good, double floor) {
        return atMost(number(GOOD, good), number(FLOOR, floor));
    }

    /** Where the floor is says whether less or more is better. */
    Objective number() {
        Bound good = required(GOOD);
        Bound floor = required(FLOOR);
        return floor.value() < good.value() ? atLeast(good, floor) : atMost(good, floor);
    }

    private Bound required(String key) {
        if (!section.has(key)) {
            throw section.bad(key, "is missing", "Give a number in the unit of the query");
        }
        return number(key, 0);
    }

    private Bound share(String key, String otherwise) {
        return bound(key, section.share(key), Double.parseDouble(otherwise.replace("%", "")) / 100, otherwise);
    }

    private Bound duration(String key, String otherwise) {
        return bound(
                key,
                section.duration(key).map(ObjectiveReader::seconds),
                seconds(HumanDuration.parse(otherwise).orElseThrow()),
                otherwise);
    }

    private Bound number(String key, double otherwise) {
        OptionalDouble said = section.number(key);
        if (said.isPresent() && said.getAsDouble() < 0) {
            throw section.bad(key, "is '" + section.text(key).orElseThrow() + "'", "Give a number of 0 or more");
        }
        return bound(
                key,
                said.isPresent() ? Optional.of(said.getAsDouble()) : Optional.empty(),
                otherwise,
                Long.toString((long) otherwise));
    }

    private Bound bound(String key, Optional<Double> said, double otherwise, String written) {
        return new Bound(said.orElse(otherwise), section.text(key).orElse(written), said.isPresent());
    }

    private Objective atMost(Bound good, Bound floor) {
        if (floor.value() < good.value()) {
            throw floorIsBetter(good, floor);
        }
        return Objective.atMost(good.value(), floor.value());
    }

    private Objective atLeast(Bound good, Bound floor) {
        if (floor.value() > good.value()) {
            throw floorIsBetter(good, floor);
        }
        return Objective.atLeast(good.value(), floor.value());
    }

    private RefusedException floorIsBetter(Bound good, Bound floor) {
        return section.bad(
                FLOOR,
                "is " + floor + ", which is better than the 'objective', " + good,
                good.said() && floor.said() ? "Exchange the two" : "Give both, the floor as the worse one");
    }

    private Objective worseBy(Objective objective, Optional<Double> regression) {
        if (regression.isPresent() && regression.get() <= 0) {
            throw section.bad(
                    REGRESSION,
                    "is '" + section.text(REGRESSION).orElseThrow() + "', which would be none",
                    "Make it more than zero, or leave it out");
        }
        return regression.map(objective::withRegression).orElse(objective);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
