package io.jenkins.plugins.transparentdeploy.engine.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only when somebody waits for it, and then at once. */
public final class FakeTicker implements Ticker {
    /** When it begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Duration> sleeps = new ArrayList<>();
    private Instant now = START;

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        sleeps.add(duration);
        if (!duration.isNegative()) {
            now = now.plus(duration);
        }
    }

    /** Every wait so far. */
    public synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }
}
