package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How many requests took how long. The buckets are fixed, so two histograms of any origin can be added and subtracted:
 * powers of two of a microsecond, each divided into 16 equal parts, as in Tene's HdrHistogram. What is read from it is
 * never less than the truth and at most 1/16 (6.25 %) more.
 *
 * @param counts requests by the number of their bucket; only buckets with requests
 */
public record LatencyHistogram(Map<Integer, Long> counts) {
    /** How many buckets there are; the last one takes everything from 18 minutes on. */
    public static final int BUCKETS = 16 * 27;

    /** Of no requests. */
    public static final LatencyHistogram EMPTY = new LatencyHistogram(Map.of());

    private static final int PARTS_BITS = 4;
    private static final int PARTS = 1 << PARTS_BITS;

    /** @throws IllegalArgumentException when there is no such bucket, or a count is less than 1 */
    public LatencyHistogram {
        counts.forEach((bucket, count) -> {
            if (bucket < 0 || bucket >= BUCKETS || count < 1) {
                throw new IllegalArgumentException("Bucket " + bucket + " with " + count + " requests");
            }
        });
        counts = Map.copyOf(counts);
    }

    /** The bucket of a latency; a negative one counts as 0. */
    public static int bucket(Duration latency) {
        long micros = Math.max(0, latency.toNanos() / 1000);
        if (micros < PARTS) {
            return (int) micros;
        }
        int magnitude = 63 - Long.numberOfLeadingZeros(micros);
        int part = (int) (micros >>> magnitude - PARTS_BITS) - PARTS;
        return Math.min(BUCKETS - 1, (magnitude - PARTS_BITS + 1) * PARTS + part);
    }

    /** The longest latency in a bucket, in whole microseconds. */
    static Duration longest(int bucket) {
        return Duration.ofNanos((shortestMicros(bucket + 1) - 1) * 1000);
    }

    private static long shortestMicros(int bucket) {
        return bucket < PARTS ? bucket : (long) (PARTS + bucket % PARTS) << bucket / PARTS - 1;
    }

    /** Both together. */
    public LatencyHistogram plus(LatencyHistogram other) {
        if (counts.isEmpty() || other.counts.isEmpty()) {
            return counts.isEmpty() ? other : this;
        }
        Map<Integer, Long> sum = new HashMap<>(counts);
        other.counts.forEach((bucket, count) -> sum.merge(bucket, count, Long::sum));
        return new LatencyHistogram(sum);
    }

    /**
     * What came since an earlier reading of the same counters.
     *
     * @throws IllegalArgumentException when the other one has more, and so is none
     */
    public LatencyHistogram minus(LatencyHistogram earlier) {
        Map<Integer, Long> rest = new HashMap<>(counts);
        earlier.counts.forEach((bucket, count) -> {
            long left = rest.getOrDefault(bucket, 0L) - count;
            if (left < 0) {
                throw new IllegalArgumentException("Bucket " + bucket + " had " + count + " requests before");
            }
            if (left == 0) {
                rest.remove(bucket);
            } else {
                rest.put(bucket, left);
            }
        });
        return new LatencyHistogram(rest);
    }

    /** How many requests there are. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many requests certainly took longer: those in buckets that lie wholly above. */
    public long countAbove(Duration latency) {
        int bucket = bucket(latency);
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey() > bucket)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /**
     * The latency, in seconds, that this share of the requests did not exceed; empty without requests.
     *
     * @param share more than 0 and at most 1; 0.99 for the 99th percentile
     */
    public OptionalDouble percentile(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("There is no percentile " + share);
        }
        long rank = (long) Math.ceil(share * count());
        long seen = 0;
        for (Map.Entry<Integer, Long> entry : new TreeMap<>(counts).entrySet()) {
            seen += entry.getValue();
            if (seen >= rank) {
                return OptionalDouble.of(longest(entry.getKey()).toNanos() / 1e9);
            }
        }
        return OptionalDouble.empty();
    }
}
