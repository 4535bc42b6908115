package io.jenkins.plugins.transparentdeploy.engine.analysis;

/**
 * The evidence so far that more of something is bad than may be: a sequential test that may be looked at after every
 * interval, and that notices as well what begins late. A value: each interval makes a new one.
 *
 * <p>In one interval {@code k} of {@code n} were bad, where a share {@code p} may be. Against an alternative {@code q > p}
 * that weighs {@code ((q/p)^k ((1-q)/(1-p))^(n-k))^(1/d)}: Wald's likelihood ratio ("Sequential tests of statistical
 * hypotheses", Ann. Math. Stat. 16, 1945), tempered where what is bad comes in clumps of up to {@code d}. If the service is
 * as good as it may be, or better, its expectation is at most 1, whatever came before. The evidence is a weighted mean,
 * over the alternatives and over every interval in which a change may have come, of the products since then: a test
 * martingale, as in the mixtures of Robbins ("Statistical methods related to the law of the iterated logarithm", Ann.
 * Math. Stat. 41, 1970) and the e-detectors of Shin, Ramdas and Rinaldo (arXiv:2203.03532, 2022). By Ville's
 * inequality the probability that it ever reaches {@code 1/α} is at most {@code α}: looking often costs nothing.
 *
 * <p>Half of the weight is on the first interval, for most bad releases are bad from their first request; the others
 * share the other half. So what is bad from the beginning pays for no search for its beginning.
 *
 * <p>No interval alone weighs more than a quarter of what certainty takes (which leaves the expectation below 1), so that
 * one pause or one burst decides nothing; unless the caller says that it may, because most of what came failed. Then it
 * weighs the square root of the ratio: two requests that failed are not yet an outage.
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

    private final int intervals;
    /** Whether anything was seen in any of them. */
    private final boolean begun;
    /** What was bad from the first interval on. */
    private final Strand first;
    /** What came to be bad in a later one. */
    private final Strand later;

    private Suspicion(int intervals, boolean begun, Strand first, Strand later) {
        this.intervals = intervals;
        this.begun = begun;
        this.first = first;
        this.later = later;
    }

    /**
     * None yet.
     *
     * @param horizon how many intervals there may be, at least 1
     * @param alpha how probable it may be that a service that is as good as it may be is ever suspected for certain
     */
    static Suspicion none(long horizon, double alpha) {
        return new Suspicion(0, false, Strand.none(2 / alpha), Strand.none(2 * Math.max(1, horizon - 1) / alpha));
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
            return new Suspicion(intervals + 1, begun, first, later);
        }
        double p = Math.max(LEAST_ALLOWED, allowed);
        double[] logs = new double[ALTERNATIVES.length];
        for (int i = 0; i < logs.length; i++) {
            double q = p + (1 - p) * ALTERNATIVES[i];
            logs[i] = (hits * Math.log(q / p) + (trials - hits) * Math.log((1 - q) / (1 - p))) / clump;
        }
        // Before the first request nothing can have been bad.
        Strand fromFirst = begun ? first : first.beginning(intervals);
        Strand fromLater = begun ? later.beginning(intervals) : later;
        return new Suspicion(intervals + 1, true, fromFirst.times(logs, alone), fromLater.times(logs, alone));
    }

    /** Whether there is no reasonable doubt left. */
    boolean isCertain() {
        return first.share() + later.share() >= 1;
    }

    /** How far it is to certainty, in terms of evidence that multiplies: 0 when nothing speaks for it, 1 when certain. */
    double certainty() {
        return isCertain() ? 1 : Math.max(first.certainty(), later.certainty());
    }

    /** The interval, counted from 0, in which what is suspected seems to have begun. */
    int began() {
        return (first.share() >= later.share() ? first : later).began();
    }

    /**
     * The evidence of changes in some of the intervals. A value.
     *
     * @param needed the sum from which these alone make certain
     * @param sums for each alternative, the sum over all beginnings of the product since
     * @param peaks for each alternative, the largest of those products
     * @param beginnings for each alternative, the interval from which that is
     */
    private record Strand(double needed, double[] sums, double[] peaks, int[] beginnings) {
        static Strand none(double weight) {
            int length = ALTERNATIVES.length;
            return new Strand(length * weight, new double[length], new double[length], new int[length]);
        }

        /** A change may have come in this interval, too. */
        Strand beginning(int interval) {
            double[] nextSums = sums.clone();
            double[] nextPeaks = peaks.clone();
            int[] nextBeginnings = beginnings.clone();
            for (int i = 0; i < sums.length; i++) {
                nextSums[i]++;
                nextPeaks[i] = Math.max(1, peaks[i]);
                nextBeginnings[i] = peaks[i] < 1 ? interval : beginnings[i];
            }
            return new Strand(needed, nextSums, nextPeaks, nextBeginnings);
        }

        /** What one interval weighs, as logarithms, for each alternative. */
        Strand times(double[] logs, boolean alone) {
            double[] nextSums = new double[sums.length];
            double[] nextPeaks = new double[sums.length];
            for (int i = 0; i < sums.length; i++) {
                double factor = Math.min(Math.pow(needed, 1.0 / PERSISTENCE), Math.exp(logs[i]));
                if (alone) {
                    factor = Math.max(factor, Math.min(needed, Math.exp(Math.min(logs[i], logs[i] / 2))));
                }
                nextSums[i] = Math.min(LARGEST, sums[i] * factor);
                nextPeaks[i] = Math.min(LARGEST, peaks[i] * factor);
            }
            return new Strand(needed, nextSums, nextPeaks, beginnings);
        }

        private double sum() {
            double sum = 0;
            for (double each : sums) {
                sum += each;
            }
            return sum;
        }

        double share() {
            return sum() / needed;
        }

        double certainty() {
            return Math.min(1, Math.max(0, Math.log(Math.max(1, sum())) / Math.log(needed)));
        }

        int began() {
            int best = 0;
            for (int i = 1; i < sums.length; i++) {
                if (peaks[i] > peaks[best]) {
                    best = i;
                }
            }
            return beginnings[best];
        }
    }
}
