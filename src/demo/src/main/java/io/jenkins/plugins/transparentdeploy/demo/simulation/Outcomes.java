package io.jenkins.plugins.transparentdeploy.demo.simulation;

import io.jenkins.plugins.transparentdeploy.engine.analysis.Verdict;
import java.util.List;

/** What became of the releases of a trial. */
record Outcomes(Trial trial, List<Outcome> all) {
    /** 1.96 standard deviations to either side hold 95 % of a normal distribution. */
    private static final double Z = 1.959964;

    /** One release; the time is from the beginning of its analysis, in seconds. */
    record Outcome(Verdict verdict, double took) {}

    boolean isHealthy() {
        return trial.fault() == Fault.NONE;
    }

    long count(Verdict verdict) {
        return all.stream().filter(outcome -> outcome.verdict() == verdict).count();
    }

    /** Healthy releases that would be rolled back, by a failure or for want of a verdict; bad ones that would stay. */
    long wrong() {
        return isHealthy() ? all.size() - count(Verdict.PASS) : count(Verdict.PASS);
    }

    double rate() {
        return (double) wrong() / all.size();
    }

    /** The upper end of the rate's 95 % interval (E. B. Wilson, "Probable inference", JASA 22, 1927). */
    double upperBound() {
        return wilson(1);
    }

    /** The lower end of it. */
    double lowerBound() {
        return Math.max(0, wilson(-1));
    }

    private double wilson(int side) {
        double n = all.size();
        double p = rate();
        double centre = p + Z * Z / (2 * n);
        double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        return (centre + side * half) / (1 + Z * Z / n);
    }

    /** The time from the beginning of the fault to the verdict, in seconds, that this share did not exceed. */
    double timeToDecision(double share) {
        double[] times = all.stream()
                .mapToDouble(outcome -> outcome.took() - trial.fault().begins())
                .sorted()
                .toArray();
        return times[(int) Math.ceil(share * times.length) - 1];
    }
}
