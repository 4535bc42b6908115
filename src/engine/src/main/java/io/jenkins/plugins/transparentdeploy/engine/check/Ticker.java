package io.jenkins.plugins.transparentdeploy.engine.check;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The time, and waiting for it. Tests have one of their own, in which waiting takes none. */
public interface Ticker {
    Instant now();

    /** Returns after this time; at once when it is zero or negative. */
    void sleep(Duration duration) throws InterruptedException;

    /** The clock's time when this is called, and from then on time that nobody adjusts. */
    static Ticker startingAt(Clock clock) {
        Instant origin = clock.instant();
        long nanos = System.nanoTime();
        return new Ticker() {
            @Override
            public Instant now() {
                return origin.plusNanos(System.nanoTime() - nanos);
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            }
        };
    }
}
