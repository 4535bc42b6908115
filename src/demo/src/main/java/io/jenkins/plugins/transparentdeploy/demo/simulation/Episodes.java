package io.jenkins.plugins.transparentdeploy.demo.simulation;

import java.util.random.RandomGenerator;

/**
 * Something that comes now and then, and lasts for a while: gaps are exponential, lengths uniform. To be asked about
 * times that only grow.
 */
final class Episodes {
    private final RandomGenerator random;
    private final double meanGap;
    private final double shortest;
    private final double longest;
    private double from;
    private double until;

    /** All in seconds; the first one begins after a gap from the start. */
    Episodes(RandomGenerator random, double start, double meanGap, double shortest, double longest) {
        this.random = random;
        this.meanGap = meanGap;
        this.shortest = shortest;
        this.longest = longest;
        this.until = start;
        next();
    }

    private void next() {
        from = until + meanGap * random.nextExponential();
        until = from + random.nextDouble(shortest, longest);
    }

    /** For how long the one that is on will last from here, in seconds; 0 when none is on. */
    double remaining(double second) {
        while (second >= until) {
            next();
        }
        return second >= from ? until - second : 0;
    }

    boolean isOn(double second) {
        return remaining(second) > 0;
    }
}
