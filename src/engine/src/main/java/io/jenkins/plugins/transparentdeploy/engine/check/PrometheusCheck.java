package io.jenkins.plugins.transparentdeploy.engine.check;

import java.time.Duration;
import java.util.Objects;

/**
 * Passes when a Prometheus query's one number is within bounds. No series, several series, and not-a-number do not pass.
 *
 * @param query its timeout is the check's
 */
public record PrometheusCheck(String name, PrometheusQuery query, Bounds bounds) implements Check {
    public PrometheusCheck {
        Check.validate(name, query.timeout());
        Objects.requireNonNull(bounds, "bounds");
    }

    @Override
    public Duration timeout() {
        return query.timeout();
    }

    @Override
    public String kind() {
        return "prometheus";
    }
}
