package io.jenkins.plugins.transparentdeploy.demo.simulation;

import io.jenkins.plugins.transparentdeploy.engine.analysis.StatisticsSource;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A service behind a load balancer that counts: whoever reads gets all that has come until now. */
final class SimulatedService implements StatisticsSource {
    private static final double STEP = 0.05;
    private final Traffic traffic;
    private final RandomGenerator random;
    private final VirtualTime time;
    private final long[] latencies = new long[LatencyHistogram.BUCKETS];
    private long steps;
    private long requests;
    private long failures;

    SimulatedService(Traffic traffic, RandomGenerator random, VirtualTime time) {
        this.traffic = traffic;
        this.random = random;
        this.time = time;
    }

    /** What comes in this time before second 0. */
    static TrafficStatistics before(Traffic traffic, RandomGenerator random, double seconds) {
        SimulatedService service = new SimulatedService(traffic, random, new VirtualTime());
        for (long step = Math.round(-seconds / STEP); step < 0; step++) {
            service.step(step * STEP);
        }
        return service.statistics();
    }

    @Override
    public TrafficStatistics read() {
        double until = time.seconds();
        for (; steps * STEP < until - STEP / 2; steps++) {
            step(steps * STEP);
        }
        return statistics();
    }

    private void step(double second) {
        double load = traffic.load().at(second);
        long arrivals = poisson(load * STEP);
        for (long i = 0; i < arrivals; i++) {
            requests++;
            if (random.nextDouble() < traffic.errors().at(second, load)) {
                failures++;
            }
            double latency = Math.min(3600, traffic.latency().of(second));
            latencies[LatencyHistogram.bucket(Duration.ofNanos((long) (latency * 1e9)))]++;
        }
    }

    /** Knuth's method; means here are small. */
    private long poisson(double mean) {
        double limit = Math.exp(-mean);
        long count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private TrafficStatistics statistics() {
        Map<Integer, Long> counts = new HashMap<>();
        for (int i = 0; i < latencies.length; i++) {
            if (latencies[i] > 0) {
                counts.put(i, latencies[i]);
            }
        }
        return new TrafficStatistics(
                VirtualTime.START,
                Map.of("release", new BackendTraffic(requests, failures, new LatencyHistogram(counts))));
    }
}
