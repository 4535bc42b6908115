package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendSelector;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendSelector.Candidate;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.WeightChange;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Backend;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The backends: their weights, what is in flight and what was counted, all under one lock. */
final class BackendPool {
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final BackendSelector selector;
    private final WeightFile weights;
    private final Instant since;

    /** Starts with the weights of the file, and those of the configuration for backends that it does not name. */
    BackendPool(EmbeddedLoadBalancerConfig config, Instant since) throws IOException {
        this.selector = config.balancing().newSelector();
        this.weights = new WeightFile(config.stateFile());
        this.since = since;
        Map<String, Integer> kept = weights.read();
        for (Backend backend : config.backends()) {
            slots.put(backend.name(), new Slot(backend, kept.getOrDefault(backend.name(), backend.weight())));
        }
    }

    /** Chooses the backend of a request, which is in flight until the lease ends; empty when all are drained. */
    synchronized Optional<Lease> acquire() {
        List<Candidate> candidates = slots.values().stream()
                .map(slot -> new Candidate(slot.backend.name(), slot.weight, slot.inFlight))
                .toList();
        return selector.select(candidates).map(candidate -> {
            Slot slot = slots.get(candidate.name());
            slot.inFlight++;
            return new Lease(slot);
        });
    }

    synchronized List<BackendStatus> status() {
        return slots.values().stream()
                .map(slot -> new BackendStatus(
                        slot.backend.name(), slot.backend.address(), slot.weight, OptionalLong.of(slot.inFlight)))
                .toList();
    }

    /**
     * First on disk, then in force: a crash in between is as if the caller had been answered. Requests go on meanwhile, for
     * a disk can be slow.
     */
    void setWeights(Map<String, Integer> changed) throws IOException {
        WeightChange change = new WeightChange(changed).requireKnown(slots.keySet());
        synchronized (weights) {
            Map<String, Integer> before = weightsNow();
            Map<String, Integer> after = new LinkedHashMap<>(before);
            after.putAll(change.weights());
            if (!after.equals(before)) {
                weights.write(after);
                putInForce(after);
            }
        }
    }

    private synchronized Map<String, Integer> weightsNow() {
        Map<String, Integer> now = new LinkedHashMap<>();
        slots.values().forEach(slot -> now.put(slot.backend.name(), slot.weight));
        return now;
    }

    private synchronized void putInForce(Map<String, Integer> all) {
        all.forEach((name, weight) -> slots.get(name).give(weight));
    }

    synchronized boolean awaitIdle(String name, Duration timeout) throws InterruptedException {
        Slot slot = require(name);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (slot.inFlight > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized TrafficStatistics statistics() {
        Map<String, BackendTraffic> traffic = new HashMap<>();
        slots.values().forEach(slot -> traffic.put(slot.backend.name(), slot.traffic()));
        return new TrafficStatistics(since, traffic);
    }

    private Slot require(String name) {
        WeightChange.requireKnown(name, slots.keySet());
        return slots.get(name);
    }

    private synchronized void end(Slot slot) {
        slot.inFlight--;
        notifyAll();
    }

    private synchronized void end(Slot slot, boolean failed, Duration latency) {
        slot.requests++;
        slot.failures += failed ? 1 : 0;
        slot.latencies[LatencyHistogram.bucket(latency)]++;
        end(slot);
    }

    /** One backend's figures; guarded by the pool. */
    private static final class Slot {
        private final Backend backend;
        private final long[] latencies = new long[LatencyHistogram.BUCKETS];
        private int weight;
        private long inFlight;
        private long requests;
        private long failures;
        private long term;

        Slot(Backend backend, int weight) {
            this.backend = backend;
            this.weight = weight;
        }

        void give(int changed) {
            term += weight > 0 && changed == 0 ? 1 : 0;
            weight = changed;
        }

        BackendTraffic traffic() {
            Map<Integer, Long> counts = new HashMap<>();
            for (int bucket = 0; bucket < latencies.length; bucket++) {
                if (latencies[bucket] > 0) {
                    counts.put(bucket, latencies[bucket]);
                }
            }
            return new BackendTraffic(requests, failures, new LatencyHistogram(counts));
        }
    }

    /** A request in flight. One of the two ends has to be called; any further call is without effect. */
    final class Lease {
        private final Slot slot;
        private final long term;
        private boolean ended;

        private Lease(Slot slot) {
            this.slot = slot;
            this.term = slot.term;
        }

        Backend backend() {
            return slot.backend;
        }

        /**
         * How many times the backend was drained before. Whatever is kept for the next request, as a connection is, must not
         * be used in another term: the process that it leads to may have been replaced meanwhile.
         */
        long term() {
            return term;
        }

        /** The request got an answer, or failed. */
        void end(boolean failed, Duration latency) {
            synchronized (BackendPool.this) {
                if (!ended) {
                    ended = true;
                    BackendPool.this.end(slot, failed, latency);
                }
            }
        }

        /** The request came to nothing through no fault of the backend, and does not count. */
        void abandon() {
            synchronized (BackendPool.this) {
                if (!ended) {
                    ended = true;
                    BackendPool.this.end(slot);
                }
            }
        }
    }
}
