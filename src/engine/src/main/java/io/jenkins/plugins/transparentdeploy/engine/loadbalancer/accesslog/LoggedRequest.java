package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One request, and every server that was asked for it.
 *
 * @param at when that was
 * @param attempts in the order of time; none when nobody was asked, or it was the client who gave up
 */
public record LoggedRequest(Instant at, List<Attempt> attempts) {
    public LoggedRequest {
        attempts = List.copyOf(attempts);
    }

    /**
     * One server that was asked.
     *
     * @param server as the load balancer logs it
     * @param failed whether it answered with 500 to 599, or not at all
     * @param took until its last byte
     */
    public record Attempt(String server, boolean failed, Duration took) {}
}
