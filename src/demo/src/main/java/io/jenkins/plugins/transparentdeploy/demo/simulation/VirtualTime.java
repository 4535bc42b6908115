package io.jenkins.plugins.transparentdeploy.demo.simulation;

import io.jenkins.plugins.transparentdeploy.engine.check.Ticker;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only by waiting for it. */
final class VirtualTime implements Ticker {
    static final Instant START = Instant.EPOCH;

    private Instant now = START;

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void sleep(Duration duration) {
        if (!duration.isNegative()) {
            now = now.plus(duration);
        }
    }

    /** Since the start. */
    double seconds() {
        return Duration.between(START, now).toMillis() / 1000.0;
    }
}
