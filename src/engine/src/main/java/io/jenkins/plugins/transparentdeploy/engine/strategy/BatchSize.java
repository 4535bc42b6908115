package io.jenkins.plugins.transparentdeploy.engine.strategy;

/**
 * How many instances change together: a number, or a share of those there are.
 *
 * @param number at least 1; the number itself, or 1 to 100 percent
 * @param percent whether it is a share
 */
public record BatchSize(int number, boolean percent) {
    private static final int ALL = 100;

    /** @throws IllegalArgumentException when it is none, or more than all */
    public BatchSize {
        if (number < 1 || percent && number > ALL) {
            throw new IllegalArgumentException("A batch of " + number + (percent ? " %" : ""));
        }
    }

    /** That many. */
    public static BatchSize count(int instances) {
        return new BatchSize(instances, false);
    }

    /** That share, rounded down, but never less than one instance: what stays in service has to carry the load. */
    public static BatchSize share(int percent) {
        return new BatchSize(percent, true);
    }

    /** How many that is of so many. */
    public int of(int instances) {
        return percent ? Math.max(1, instances * number / ALL) : Math.min(number, instances);
    }

    @Override
    public String toString() {
        return percent ? number + " %" : Integer.toString(number);
    }
}
