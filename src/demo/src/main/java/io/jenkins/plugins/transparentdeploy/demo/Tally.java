package io.jenkins.plugins.transparentdeploy.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Counts what became of every request, by the phase in which it was sent. */
final class Tally {
    private final List<Phase> phases = new ArrayList<>();

    /** From now on requests belong to this phase. */
    synchronized void enter(String phase) {
        phases.add(new Phase(phase));
    }

    synchronized Phase sent() {
        Phase current = phases.get(phases.size() - 1);
        current.sent();
        return current;
    }

    synchronized List<Phase> phases() {
        return List.copyOf(phases);
    }

    long totalSent() {
        return phases().stream().mapToLong(Phase::requests).sum();
    }

    long totalFailed() {
        return phases().stream().mapToLong(Phase::failures).sum();
    }

    void awaitAnswers(Duration atMost) throws InterruptedException {
        for (Phase phase : phases()) {
            phase.awaitAnswers(atMost);
        }
    }

    /** One phase. */
    static final class Phase {
        private final String name;
        private final List<Long> latencies = new ArrayList<>();
        private long requests;
        private long failures;

        Phase(String name) {
            this.name = name;
        }

        private synchronized void sent() {
            requests++;
        }

        /** A request was answered, or never will be; nanoseconds since it was sent. */
        synchronized void answered(boolean well, long nanos) {
            latencies.add(nanos);
            if (!well) {
                failures++;
            }
            notifyAll();
        }

        private synchronized void awaitAnswers(Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            while (latencies.size() < requests && System.nanoTime() < deadline) {
                wait(100);
            }
        }

        String name() {
            return name;
        }

        synchronized long requests() {
            return requests;
        }

        synchronized long failures() {
            return failures;
        }

        /** A percentile of the time to the whole answer, in milliseconds; 0 without any. */
        synchronized double millis(double percentile) {
            if (latencies.isEmpty()) {
                return 0;
            }
            List<Long> sorted = latencies.stream().sorted().toList();
            int index = (int) Math.ceil(percentile / 100 * sorted.size()) - 1;
            return sorted.get(Math.max(0, index)) / 1e6;
        }
    }
}
