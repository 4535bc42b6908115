package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Those that took long, or failed, one by one: to see beside the events of a release what they waited for. */
final class SlowRequests {
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MOST = 20_000;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    /** @param what the version that answered, or why none did */
    void note(boolean failed, long tookNanos, String what) {
        if ((failed || tookNanos > SLOW_NANOS) && kept.incrementAndGet() <= MOST) {
            lines.add(Instant.now() + "\t" + TimeUnit.NANOSECONDS.toMillis(tookNanos) + "\t" + what);
        }
    }

    void write(Path file) throws IOException {
        List<String> text = new ArrayList<>(List.of("answered\tmilliseconds\tby"));
        text.addAll(lines);
        Files.write(file, text);
    }
}
