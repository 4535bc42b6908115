package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what nginx logs. It begins with a part of what is there already, which is what came before a deployment. */
final class AccessLog {
    /** Some hundred thousand requests. */
    private static final long HISTORY = 16L * 1024 * 1024;

    private static final long SAMPLE = 64L * 1024;

    private final Path path;
    private final Clock clock;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Counters> counters = new LinkedHashMap<>();
    private LogTail tail;
    private Instant since;

    /** @param servers {@code host:port} of each instance */
    AccessLog(Path path, Map<String, String> servers, Clock clock) {
        this.path = path;
        this.clock = clock;
        servers.forEach((name, address) -> {
            counters.put(name, new Counters());
            logged(address).forEach(logged -> names.put(logged, name));
        });
    }

    /** How nginx logs an address: it resolves names. */
    private static List<String> logged(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        if (host.startsWith("[")) {
            return List.of(address);
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(ip -> ip instanceof Inet6Address ? "[" + ip.getHostAddress() + "]" : ip.getHostAddress())
                    .map(ip -> ip + address.substring(colon))
                    .toList();
        } catch (UnknownHostException e) {
            return List.of(address);
        }
    }

    /** @throws RefusedException when it cannot be read, or is written in another form */
    void check() throws IOException {
        if (!Files.isReadable(path)) {
            throw new RefusedException(
                    "The access log " + path + " of nginx is not there, or not for this user to read",
                    "Write 'access_log " + path + " transparent_deploy;' into nginx's configuration, and let this user"
                            + " read it");
        }
        int[] lines = new int[2];
        try (LogTail sample = new LogTail(path, SAMPLE)) {
            sample.poll(line -> {
                lines[0]++;
                lines[1] += AccessLogLine.parse(line).isPresent() ? 1 : 0;
            });
        }
        if (lines[0] > 0 && lines[1] == 0) {
            throw new RefusedException(
                    "The access log " + path + " of nginx is written in a form that is not understood",
                    "Give it the log_format '" + AccessLogLine.FORMAT + "'");
        }
    }

    /** What was counted so far. */
    synchronized TrafficStatistics read() throws IOException {
        if (tail == null) {
            tail = new LogTail(path, HISTORY);
        }
        tail.poll(line -> AccessLogLine.parse(line).ifPresent(this::count));
        if (since == null) {
            since = clock.instant();
        }
        Map<String, BackendTraffic> traffic = new LinkedHashMap<>();
        counters.forEach((name, counted) -> traffic.put(name, counted.traffic()));
        return new TrafficStatistics(since, traffic);
    }

    private synchronized void count(AccessLogLine line) {
        if (since == null) {
            since = line.at();
        }
        line.attempts().forEach(attempt -> {
            String name = names.get(attempt.address());
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

        void add(AccessLogLine.Attempt attempt) {
            requests++;
            failures += attempt.failed() ? 1 : 0;
            latencies.merge(LatencyHistogram.bucket(attempt.took()), 1L, Long::sum);
        }

        BackendTraffic traffic() {
            return new BackendTraffic(requests, failures, new LatencyHistogram(latencies));
        }
    }
}
