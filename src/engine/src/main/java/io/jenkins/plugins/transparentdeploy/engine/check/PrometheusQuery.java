package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * An instant query, whose answer has to be one number.
 *
 * @param server where Prometheus's HTTP API is, without {@code /api/v1}; absolute, without user-info
 * @param query in PromQL; not blank
 * @param timeout more than zero
 */
public record PrometheusQuery(URI server, String query, HttpAccess access, Duration timeout) {
    /** @throws RefusedException when it cannot be asked */
    public PrometheusQuery {
        if (query.isBlank()) {
            throw new RefusedException("A Prometheus query is empty", "Write it in PromQL, as in up{job=\"shop\"}");
        }
        String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")
                || server.getHost() == null
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null) {
            throw new RefusedException(
                    "'" + Redaction.of(server) + "' is not the address of a Prometheus server",
                    "Write it like http://127.0.0.1:9090, and credentials as 'auth:'");
        }
    }

    /** The request that asks it; Prometheus gives up when nobody waits any more. */
    URI uri() {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base : base + "/")
                + "api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8)
                + "&timeout="
                + timeout.toMillis()
                + "ms");
    }
}
