package io.jenkins.plugins.transparentdeploy.engine.analysis;

/**
 * The upper tail of the binomial distribution. That it is less than α is the same as that the lower end of the exact
 * one-sided confidence interval of Clopper and Pearson ("The use of confidence or fiducial limits illustrated in the
 * case of the binomial", Biometrika 26, 1934) is above p.
 */
final class BinomialTail {
    private static final int SMALL = 16;

    private BinomialTail() {}

    /**
     * The probability of {@code k} or more hits in {@code n} independent trials.
     *
     * @param p the probability of a hit, 0 to 1
     */
    static double atLeast(long k, long n, double p) {
        if (k <= 0) {
            return 1;
        } else if (k > n || p <= 0) {
            return 0;
        } else if (p >= 1) {
            return 1;
        }
        // From either end the terms only fall, so that few of them count.
        return k > n * p ? upwards(k, n, p) : 1 - downwards(k - 1, n, p);
    }

    private static double upwards(long k, long n, double p) {
        double term = Math.exp(logProbability(k, n, p));
        double sum = 0;
        for (long i = k; i <= n && term > sum * 1e-17; i++) {
            sum += term;
            term *= (double) (n - i) / (i + 1) * (p / (1 - p));
        }
        return sum;
    }

    private static double downwards(long k, long n, double p) {
        double term = Math.exp(logProbability(k, n, p));
        double sum = 0;
        for (long i = k; i >= 0 && term > sum * 1e-17; i--) {
            sum += term;
            term *= (double) i / (n - i + 1) * ((1 - p) / p);
        }
        return sum;
    }

    private static double logProbability(long k, long n, double p) {
        return logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
    }

    /** Stirling's series; its error from 16 on is below 1e-11. */
    private static double logFactorial(long n) {
        if (n < SMALL) {
            double product = 1;
            for (long i = 2; i <= n; i++) {
                product *= i;
            }
            return Math.log(product);
        }
        double x = n;
        return x * Math.log(x)
                - x
                + 0.5 * Math.log(2 * Math.PI * x)
                + 1 / (12 * x)
                - 1 / (360 * x * x * x)
                + 1 / (1260 * Math.pow(x, 5));
    }
}
