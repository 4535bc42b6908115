package io.jenkins.plugins.transparentdeploy.engine.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How a smoke test ended.
 *
 * @param passed whether every check passed
 * @param score the share of checks that passed, 0 to 1
 * @param results one for each check, in their order
 */
public record SmokeTestReport(
        boolean passed, double score, List<CheckResult> results, Instant startedAt, Duration took) {
    public SmokeTestReport {
        results = List.copyOf(results);
    }

    /** Which check failed first in their order, and why; empty when all passed. */
    public String firstFailure() {
        return results.stream()
                .filter(result -> !result.passed())
                .findFirst()
                .map(result -> result.name() + ": " + result.detail())
                .orElse("");
    }

    /** The same outcome, with what it says put in other words. */
    public SmokeTestReport reworded(UnaryOperator<String> words) {
        return new SmokeTestReport(
                passed,
                score,
                results.stream().map(result -> result.reworded(words)).toList(),
                startedAt,
                took);
    }

    static SmokeTestReport of(List<CheckResult> results, Instant startedAt, Duration took) {
        long passed = results.stream().filter(CheckResult::passed).count();
        return new SmokeTestReport(
                passed == results.size(), (double) passed / results.size(), results, startedAt, took);
    }
}
