package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;

/**
 * Between what a number has to be; both ends are good.
 *
 * @param atLeast empty for any
 * @param atMost empty for any
 */
public record Bounds(OptionalDouble atLeast, OptionalDouble atMost) {
    /** @throws RefusedException when every number, or none, would be good */
    public Bounds {
        if (atLeast.isEmpty() && atMost.isEmpty()) {
            throw new RefusedException("Every number would be good", "Give atLeast, atMost or both");
        }
        if (Double.isNaN(atLeast.orElse(0))
                || Double.isNaN(atMost.orElse(0))
                || atLeast.orElse(Double.NEGATIVE_INFINITY) > atMost.orElse(Double.POSITIVE_INFINITY)) {
            throw new RefusedException("No number is " + text(atLeast, atMost), "Exchange the two");
        }
    }

    /** At most this. */
    public static Bounds atMost(double value) {
        return new Bounds(OptionalDouble.empty(), OptionalDouble.of(value));
    }

    /** At least this. */
    public static Bounds atLeast(double value) {
        return new Bounds(OptionalDouble.of(value), OptionalDouble.empty());
    }

    /** Whether the number is good; what is not a number never is. */
    public boolean contains(double value) {
        return value >= atLeast.orElse(Double.NEGATIVE_INFINITY) && value <= atMost.orElse(Double.POSITIVE_INFINITY);
    }

    /** A number as people read it. */
    static String format(double value) {
        return Double.isInfinite(value)
                ? Double.toString(value)
                : new BigDecimal(value)
                        .round(new MathContext(6))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    private static String text(OptionalDouble atLeast, OptionalDouble atMost) {
        return (atLeast.isPresent() ? "at least " + format(atLeast.getAsDouble()) : "")
                + (atLeast.isPresent() && atMost.isPresent() ? " and " : "")
                + (atMost.isPresent() ? "at most " + format(atMost.getAsDouble()) : "");
    }

    @Override
    public String toString() {
        return text(atLeast, atMost);
    }
}
