package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** How many requests came within the last second. */
final class LastSecond {
    private final Deque<Long> arrivals = new ArrayDeque<>();

    /** Counts one; returns how many there were, with it. */
    synchronized int count(long nanoTime) {
        arrivals.addLast(nanoTime);
        while (nanoTime - arrivals.getFirst() > TimeUnit.SECONDS.toNanos(1)) {
            arrivals.removeFirst();
        }
        return arrivals.size();
    }
}
