package io.jenkins.plugins.transparentdeploy.engine.analysis;

/**
 * The evidence so far that more of something is bad than may be: a sequential test that may be looked at after every
 * interval, and that notices as well what begins late. A value: each interval makes a new one.
 *
 * <p>In one interval {@code k} of {@code n} were bad, where a share {@code p} may be. Against an alternative {@code q > p}
 * that weighs {@code ((q/p)^k ((1-q)/(1-p))^(n-k))^(1/d)}: Wald's likelihood ratio ("Sequential tests of statistical
 * hypotheses", Ann. Math. Stat. 16, 1945), tempered because requests fail in clumps of up to {@code d}. If the service is
 * as good as it may be, or better, its expectation is at most 1, whatever came before. The evidence is the mean, over
 * the alternatives and over every interval in which a change may have come, of the products since then: a test
 * martingale, as in the mixtures of Robbins ("Statistical methods related to the law of the iterated logarithm", Ann.
 * Math. Stat. 41, 1970) and the e-detectors of Shin, Ramdas and Rinaldo (arXiv:2203.03532, 2022). By Ville's
 * inequality the probability that it ever reaches {@code 1/α} is at most {@code α}: looking often costs nothing.
 *
 * <p>No interval alone weighs more than a quarter of what certainty takes (which leaves the expectation below 1), so that
 * one pause or one burst decides nothing; unless the caller says that it may, because most of what came failed.
 */
final class Suspicion {
    /** The alternatives, as shares of the way from what is allowed to all. */
    private static final double[] ALTERNATIVES = {0.01, 0.03, 0.1, 0.3, 0.6, 0.95};

    /** How many intervals it takes at least, unless one may decide alone. */
    private static final int PERSISTENCE = 4;

    /** A share that is allowed none at all would make a single hit infinite evidence. */
    private static final double LEAST_ALLOWED = 1e-4;

    /** Far beyond certainty, and far from overflow. */
    private static final double LARGEST = 1e200;

    private final double needed;
    private final int intervals;
    /** For each alternative, the sum over all beginnings of the product since. */
    private final double[] sums;
    /** For each alternative, the interval in which what weighs now began. */
    private final int[] began;

    private Suspicion(double needed, int intervals, double[] sums, int[] began) {
        this.needed = needed;
        this.intervals = intervals;
        this.sums = sums;
        this.began = began;
    }

    /**
     * None yet.
     *
     * @param horizon how many intervals there may be, at least 1
     * @param alpha how probable it may be that a service that is as good as it may be is ever suspected for certain
     */
    static Suspicion none(long horizon, double alpha) {
        return new Suspicion(
                ALTERNATIVES.length * Math.max(1, horizon) / alpha,
                0,
                new double[ALTERNATIVES.length],
                new int[ALTERNATIVES.length]);
    }

    /**
     * What is to be thought after one more interval.
     *
     * @param trials what was seen in it; zero or more
     * @param hits of them, the bad ones
     * @param allowed the share of bad ones that may be, 0 to 1
     * @param clump how many may be bad for one reason, at least 1
     * @param alone whether this interval may decide without others
     */
    Suspicion after(long trials, long hits, double allowed, double clump, boolean alone) {
        if (trials == 0 || allowed >= 1) {
            return new Suspicion(needed, intervals + 1, sums, began);
        }
        double p = Math.max(LEAST_ALLOWED, allowed);
        double most = alone ? needed : Math.pow(needed, 1.0 / PERSISTENCE);
        double[] nextSums = new double[sums.length];
        int[] nextBegan = new int[sums.length];
        for (int i = 0; i < sums.length; i++) {
            double q = p + (1 - p) * ALTERNATIVES[i];
            double log = (hits * Math.log(q / p) + (trials - hits) * Math.log((1 - q) / (1 - p))) / clump;
            nextBegan[i] = sums[i] < 1 ? intervals : began[i];
            nextSums[i] = Math.min(LARGEST, (sums[i] + 1) * Math.min(most, Math.exp(log)));
        }
        return new Suspicion(needed, intervals + 1, nextSums, nextBegan);
    }

    private double sum() {
        double sum = 0;
        for (double each : sums) {
            sum += each;
        }
        return sum;
    }

    /** Whether there is no reasonable doubt left. */
    boolean isCertain() {
        return sum() >= needed;
    }

    /** How far it is to certainty, in terms of evidence that multiplies: 0 when nothing speaks for it, 1 when certain. */
    double certainty() {
        return Math.min(1, Math.max(0, Math.log(Math.max(1, sum())) / Math.log(needed)));
    }

    /** The interval, counted from 0, in which what is suspected seems to have begun. */
    int began() {
        int best = 0;
        for (int i = 1; i < sums.length; i++) {
            if (sums[i] > sums[best]) {
                best = i;
            }
        }
        return began[best];
    }
}
