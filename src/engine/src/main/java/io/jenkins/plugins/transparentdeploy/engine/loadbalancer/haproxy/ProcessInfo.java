package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which process of HAProxy's answers; a reload makes another, whose counters begin at zero.
 *
 * @param pid its process id
 * @param startSeconds since 1970
 */
record ProcessInfo(long pid, long startSeconds) {
    /** @throws IOException when an answer to {@code show info} does not say it */
    static ProcessInfo parse(String answer) throws IOException {
        Map<String, String> fields = answer.lines()
                .map(line -> line.split(": ", 2))
                .filter(field -> field.length == 2)
                .collect(Collectors.toMap(field -> field[0], field -> field[1], (first, second) -> first));
        try {
            return new ProcessInfo(
                    Long.parseLong(fields.getOrDefault("Pid", "?")),
                    Long.parseLong(fields.getOrDefault("Start_time_sec", "?")));
        } catch (NumberFormatException e) {
            throw new IOException("HAProxy does not say when it started: it is older than 2.5", e);
        }
    }

    /** When it started; the part below a second tells apart two processes that started in the same one. */
    Instant since() {
        return Instant.ofEpochSecond(startSeconds, pid % 1_000_000_000);
    }
}
