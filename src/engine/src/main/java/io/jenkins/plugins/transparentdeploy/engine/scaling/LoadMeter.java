package io.jenkins.plugins.transparentdeploy.engine.scaling;

import io.jenkins.plugins.transparentdeploy.engine.analysis.StatisticsSource;
import io.jenkins.plugins.transparentdeploy.engine.check.Prometheus;
import io.jenkins.plugins.transparentdeploy.engine.check.Ticker;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;

/** Looks how high a load is. */
public final class LoadMeter {
    private final StatisticsSource statistics;
    private final Prometheus prometheus = new Prometheus();
    private final Ticker ticker;

    /** @param statistics what the load balancer counts */
    public LoadMeter(StatisticsSource statistics, Ticker ticker) {
        this.statistics = statistics;
        this.ticker = ticker;
    }

    /**
     * Measures; traffic for the window, a query at once.
     *
     * @return in the unit of the load; empty when there is no data
     */
    public OptionalDouble measure(Load load, Duration window) throws IOException, InterruptedException {
        if (load instanceof Load.Reading reading) {
            return prometheus.read(reading.query()).value();
        }
        TrafficStatistics before = statistics.read();
        ticker.sleep(window);
        TrafficStatistics after = statistics.read();
        if (!after.continues(before)) {
            // What came before the load balancer was restarted is lost: the rest would pass for a low load.
            return OptionalDouble.empty();
        }
        BackendTraffic traffic = after.minus(before).total();
        if (load instanceof Load.Latency latency) {
            return traffic.latencies().percentile(latency.share());
        }
        // None is a demand too: the least.
        return OptionalDouble.of(traffic.requests() / (window.toNanos() / 1e9));
    }
}
