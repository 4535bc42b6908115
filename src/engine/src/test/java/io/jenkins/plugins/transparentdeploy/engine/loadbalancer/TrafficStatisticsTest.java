package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrafficStatisticsTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    private static LatencyHistogram histogram(List<Long> micros) {
        return micros.stream()
                .map(latency ->
                        new LatencyHistogram(Map.of(LatencyHistogram.bucket(Duration.ofNanos(latency * 1000)), 1L)))
                .reduce(LatencyHistogram.EMPTY, LatencyHistogram::plus);
    }

    private static BackendTraffic traffic(long requests, long failures) {
        return new BackendTraffic(requests, failures, new LatencyHistogram(Map.of(100, requests)));
    }

    @Property
    void aBucketIsAtMostASixteenthWide(@ForAll @LongRange(min = 0, max = 1_000_000_000) long micros) {
        int bucket = LatencyHistogram.bucket(Duration.ofNanos(micros * 1000));
        long longest = LatencyHistogram.longest(bucket).toNanos() / 1000;
        assertThat(longest).isBetween(micros, micros + micros / 16);
        assertThat(LatencyHistogram.bucket(Duration.ofNanos((longest + 1) * 1000)))
                .isEqualTo(bucket + 1);
    }

    @Test
    void everyLatencyHasABucket() {
        assertThat(LatencyHistogram.bucket(Duration.ofSeconds(-1))).isZero();
        assertThat(LatencyHistogram.bucket(Duration.ZERO)).isZero();
        assertThat(LatencyHistogram.bucket(Duration.ofDays(3))).isEqualTo(LatencyHistogram.BUCKETS - 1);
    }

    @Property(tries = 300)
    void aPercentileIsTheTrueOneOrAtMostASixteenthMore(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 0, max = 100_000_000) Long> micros) {
        long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
        for (double share : new double[] {0.5, 0.95, 0.99, 1}) {
            double exact = sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
            assertThat(histogram(micros).percentile(share).orElseThrow())
                    .isBetween(exact - 1e-9, exact * (1 + 1 / 16.0) + 1e-9);
        }
    }

    @Property(tries = 300)
    void whatIsAddedCanBeTakenAway(
            @ForAll @Size(max = 30) List<@LongRange(min = 0, max = 10_000) Long> one,
            @ForAll @Size(max = 30) List<@LongRange(min = 0, max = 10_000) Long> other) {
        LatencyHistogram sum = histogram(one).plus(histogram(other));
        assertThat(sum.count()).isEqualTo(one.size() + other.size());
        assertThat(sum.minus(histogram(other))).isEqualTo(histogram(one));
        assertThat(sum).isEqualTo(histogram(other).plus(histogram(one)));
    }

    @Test
    void countsOnlyWhatCertainlyTookLonger() {
        LatencyHistogram histogram = histogram(Arrays.asList(1_000L, 100_000L, 100_001L, 200_000L));
        assertThat(histogram.countAbove(Duration.ofMillis(100))).isEqualTo(1);
        assertThat(histogram.countAbove(Duration.ofMillis(300))).isZero();
        assertThat(LatencyHistogram.EMPTY.percentile(0.99)).isEmpty();
    }

    @Test
    void theDifferenceOfTwoReadingsIsWhatHappenedBetweenThem() {
        TrafficStatistics before = new TrafficStatistics(SINCE, Map.of("a", traffic(100, 5)));
        TrafficStatistics after = new TrafficStatistics(SINCE, Map.of("a", traffic(140, 15), "b", traffic(10, 0)));
        TrafficStatistics between = after.minus(before);
        assertThat(between.backends().get("a")).isEqualTo(traffic(40, 10));
        assertThat(between.backends().get("a").errorRate()).hasValue(0.25);
        assertThat(between.total()).isEqualTo(traffic(50, 10));
        assertThat(between.of(List.of("b", "b", "unknown"))).isEqualTo(traffic(10, 0));
        assertThat(between.of(List.of("unknown")).errorRate()).isEmpty();
    }

    @Test
    void afterARestartOnlyWhatCameSinceCounts() {
        TrafficStatistics before = new TrafficStatistics(SINCE, Map.of("a", traffic(100, 5)));
        TrafficStatistics after = new TrafficStatistics(SINCE.plusSeconds(1), Map.of("a", traffic(3, 1)));
        assertThat(after.minus(before)).isEqualTo(after);
    }

    @Test
    void afterSomebodyClearedTheCountersOnlyWhatCameSinceCounts() {
        TrafficStatistics before = new TrafficStatistics(SINCE, Map.of("a", traffic(100, 5), "b", traffic(1, 1)));
        TrafficStatistics after = new TrafficStatistics(SINCE, Map.of("a", traffic(90, 5), "b", traffic(1, 1)));
        assertThat(after.minus(before)).isEqualTo(after);
    }

    @Test
    void survivesJson() throws Exception {
        TrafficStatistics statistics = new TrafficStatistics(SINCE, Map.of("a", traffic(100, 5)));
        String json = Json.MAPPER.writeValueAsString(statistics);
        assertThat(json).contains("\"latencies\":{\"counts\":{\"100\":100}}").doesNotContain("errorRate");
        assertThat(Json.MAPPER.readValue(json, TrafficStatistics.class)).isEqualTo(statistics);
    }
}
