package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog.LoggedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code log_format} has nginx write of each request. */
final class AccessLogLine {
    /** What {@code log_format} is to say. Nothing in it comes from a client, who could otherwise write what he likes. */
    static final String FORMAT = "$msec|$status|$upstream_addr|$upstream_status|$upstream_response_time";

    private static final int FIELDS = 5;
    private static final String NONE = "-";
    private static final int CLIENT_CLOSED = 499;

    private AccessLogLine() {}

    /** Empty when it is not of that form. */
    static Optional<LoggedRequest> parse(String line) {
        String[] fields = line.split("\\|", -1);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            Instant at = Instant.ofEpochMilli(millis(fields[0]));
            int status = Integer.parseInt(fields[1]);
            if (fields[2].equals(NONE)) {
                return Optional.of(new LoggedRequest(at, List.of()));
            }
            // nginx separates servers by commas, and groups of them after an internal redirect by colons.
            String[] addresses = fields[2].split(", | : ", -1);
            String[] statuses = fields[3].split(", | : ", -1);
            String[] times = fields[4].split(", | : ", -1);
            if (addresses.length != statuses.length || addresses.length != times.length) {
                return Optional.empty();
            }
            List<LoggedRequest.Attempt> attempts = new ArrayList<>();
            for (int i = 0; i < addresses.length; i++) {
                boolean answered = !statuses[i].equals(NONE);
                if (answered || status != CLIENT_CLOSED) {
                    attempts.add(new LoggedRequest.Attempt(
                            addresses[i],
                            !answered || Integer.parseInt(statuses[i]) >= 500,
                            Duration.ofMillis(times[i].equals(NONE) ? 0 : millis(times[i]))));
                }
            }
            return Optional.of(new LoggedRequest(at, attempts));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Of seconds with three decimals, as nginx writes them. */
    private static long millis(String seconds) {
        int point = seconds.length() - 4;
        if (point < 1 || seconds.charAt(point) != '.' || seconds.length() > 16 || seconds.charAt(0) == '-') {
            throw new NumberFormatException(seconds);
        }
        return Long.parseLong(seconds.substring(0, point) + seconds.substring(point + 1));
    }
}
