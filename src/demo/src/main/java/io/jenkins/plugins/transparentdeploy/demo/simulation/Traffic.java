package io.jenkins.plugins.transparentdeploy.demo.simulation;

/**
 * How a service is asked, and how it answers. Second 0 is when its analysis begins; to be asked about times that only
 * grow.
 *
 * @param load how often
 * @param latency how fast
 * @param errors how well
 */
record Traffic(Load load, Latency latency, Errors errors) {
    /** Requests per second. */
    @FunctionalInterface
    interface Load {
        double at(double second);
    }

    /** The latency of one request, in seconds. */
    @FunctionalInterface
    interface Latency {
        double of(double second);
    }

    /** The probability that a request fails, 0 to 1. */
    @FunctionalInterface
    interface Errors {
        double at(double second, double load);
    }

    Traffic with(Load other) {
        return new Traffic(other, latency, errors);
    }

    Traffic with(Latency other) {
        return new Traffic(load, other, errors);
    }

    Traffic with(Errors other) {
        return new Traffic(load, latency, other);
    }
}
