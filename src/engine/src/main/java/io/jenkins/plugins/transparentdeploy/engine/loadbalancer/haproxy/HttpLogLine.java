package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog.LoggedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What {@code log-format} has HAProxy write of each request, behind whatever a log daemon writes before it. */
final class HttpLogLine {
    /** Nothing in it comes from a client, who could otherwise write what he likes. */
    static final String FORMAT = "transparent_deploy|%Ts|%ms|%TR|%Ta|%ST|%tsc|%b|%s";

    private static final String MARK = "transparent_deploy|";
    private static final int FIELDS = 8;
    private static final String NOBODY = "<NOSRV>";
    /** Who ended the session: a client that went away, or did not say anything in time. */
    private static final String CLIENT = "Cc";
    /** A server that refused, broke off, took too long, or went down or was killed meanwhile. */
    private static final String SERVER = "SsDK";

    private HttpLogLine() {}

    /**
     * Reads a line.
     *
     * @param backend of whose requests it is to be
     * @return empty when it is not of that form, or of another backend
     */
    static Optional<LoggedRequest> parse(String line, String backend) {
        int mark = line.indexOf(MARK);
        String[] fields =
                mark < 0 ? new String[0] : line.substring(mark + MARK.length()).split("\\|", -1);
        if (fields.length != FIELDS || !fields[6].equals(backend) || fields[5].isEmpty()) {
            return Optional.empty();
        }
        try {
            Instant at = Instant.ofEpochSecond(Long.parseLong(fields[0]), Long.parseLong(fields[1]) * 1_000_000);
            // -1 for what it did not come to.
            long request = Math.max(0, Long.parseLong(fields[2]));
            long all = Math.max(request, Long.parseLong(fields[3]));
            int status = Integer.parseInt(fields[4]);
            char endedBy = fields[5].charAt(0);
            String server = fields[7].strip();
            boolean gaveUp = CLIENT.indexOf(endedBy) >= 0 && status < 100;
            if (server.equals(NOBODY) || gaveUp) {
                return Optional.of(new LoggedRequest(at, List.of()));
            }
            boolean failed = status >= 500 || status < 100 || SERVER.indexOf(endedBy) >= 0;
            return Optional.of(new LoggedRequest(
                    at, List.of(new LoggedRequest.Attempt(server, failed, Duration.ofMillis(all - request)))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
