package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Counts what is logged. It begins with a part of what is there already, which is what came before a deployment. */
public final class AccessLog {
    /** Some hundred thousand requests. */
    private static final long HISTORY = 16L * 1024 * 1024;

    private static final long SAMPLE = 64L * 1024;

    private final Path path;
    private final Clock clock;
    private final Function<String, Optional<LoggedRequest>> format;
    private final Map<String, String> names;
    private final Map<String, Counters> counters = new LinkedHashMap<>();
    private LogTail tail;
    private Instant since;

    /**
     * It need not be there yet.
     *
     * @param format what a line says; empty when it is of another form
     * @param names of instances, by how their servers are logged; an instance may have several
     */
    public AccessLog(
            Path path, Function<String, Optional<LoggedRequest>> format, Map<String, String> names, Clock clock) {
        this.path = path;
        this.format = format;
        this.names = Map.copyOf(names);
        this.clock = clock;
        names.values().forEach(name -> counters.put(name, new Counters()));
    }

    /** Whether there is nothing in the last part of it. */
    public boolean isEmpty() throws IOException {
        return sample(line -> true) == 0;
    }

    /** Whether something in the last part of it is of the form that is expected. */
    public boolean isUnderstood() throws IOException {
        return sample(line -> format.apply(line).isPresent()) > 0;
    }

    private int sample(Predicate<String> which) throws IOException {
        int[] lines = new int[1];
        try (LogTail sample = new LogTail(path, SAMPLE)) {
            sample.poll(line -> lines[0] += which.test(line) ? 1 : 0);
        }
        return lines[0];
    }

    /** What was counted so far. */
    public synchronized TrafficStatistics read() throws IOException {
        if (tail == null) {
            tail = new LogTail(path, HISTORY);
        }
        tail.poll(line -> format.apply(line).ifPresent(this::count));
        if (since == null) {
            since = clock.instant();
        }
        Map<String, BackendTraffic> traffic = new LinkedHashMap<>();
        counters.forEach((name, counted) -> traffic.put(name, counted.traffic()));
        return new TrafficStatistics(since, traffic);
    }

    private synchronized void count(LoggedRequest line) {
        if (since == null) {
            since = line.at();
        }
        line.attempts().forEach(attempt -> {
            String name = names.get(attempt.server());
            if (name != null) {
                counters.get(name).add(attempt);
            }
        });
    }

    /** Of one server. */
    private static final class Counters {
        private final Map<Integer, Long> latencies = new HashMap<>();
        private long requests;
        private long failures;

        void add(LoggedRequest.Attempt attempt) {
            requests++;
            failures += attempt.failed() ? 1 : 0;
            latencies.merge(LatencyHistogram.bucket(attempt.took()), 1L, Long::sum);
        }

        BackendTraffic traffic() {
            return new BackendTraffic(requests, failures, new LatencyHistogram(latencies));
        }
    }
}
