package io.jenkins.plugins.transparentdeploy.engine.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.check.Ticker;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
    private Duration slept = Duration.ZERO;

    private final Ticker ticker = new Ticker() {
        @Override
        public Instant now() {
            return Instant.EPOCH.plus(slept);
        }

        @Override
        public void sleep(Duration duration) {
            slept = slept.plus(duration);
        }
    };

    /** Fifty requests a second at each of two backends; they take about 100 ms. */
    private TrafficStatistics read() {
        long requests = 1000 + 50 * slept.toSeconds();
        BackendTraffic traffic = new BackendTraffic(
                requests, 0, new LatencyHistogram(Map.of(LatencyHistogram.bucket(Duration.ofMillis(100)), requests)));
        return new TrafficStatistics(Instant.EPOCH, Map.of("a", traffic, "b", traffic));
    }

    @Test
    void measuresWhatComesDuringTheWindow() throws Exception {
        LoadMeter meter = new LoadMeter(this::read, ticker);
        assertThat(meter.measure(new Load.Demand(1), Duration.ofSeconds(10))).hasValue(100);
        assertThat(slept).isEqualTo(Duration.ofSeconds(10));
        assertThat(meter.measure(new Load.Latency(0.95, Duration.ofMillis(1)), Duration.ofSeconds(10))
                        .orElseThrow())
                .isBetween(0.1, 0.11);
    }

    @Test
    void aLoadBalancerThatWasRestartedMeanwhileSaysNothingAboutTheLoad() throws Exception {
        LoadMeter meter = new LoadMeter(
                () -> slept.isZero() ? read() : new TrafficStatistics(Instant.EPOCH.plusSeconds(9), read().backends()),
                ticker);
        assertThat(meter.measure(new Load.Demand(1), Duration.ofSeconds(10))).isEmpty();
        LoadMeter cleared = new LoadMeter(
                () -> new TrafficStatistics(
                        Instant.EPOCH,
                        Map.of(
                                "a",
                                new BackendTraffic(slept.toSeconds() == 10 ? 900 : 100, 0, LatencyHistogram.EMPTY))),
                ticker);
        assertThat(cleared.measure(new Load.Demand(1), Duration.ofSeconds(10))).isEmpty();
    }

    @Test
    void withoutTrafficThereIsADemandButNoLatency() throws Exception {
        LoadMeter meter = new LoadMeter(() -> new TrafficStatistics(Instant.EPOCH, Map.of()), ticker);
        assertThat(meter.measure(new Load.Demand(1), Duration.ofSeconds(10))).hasValue(0);
        assertThat(meter.measure(new Load.Latency(0.95, Duration.ofMillis(1)), Duration.ofSeconds(10)))
                .isEmpty();
    }
}
