package io.jenkins.plugins.transparentdeploy.engine.check;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How a check ended.
 *
 * @param name the check's
 * @param kind the check's
 * @param passed whether the (last) answer was as expected
 * @param detail one sentence for people: what was found
 * @param sent what was asked, bounded and without credentials
 * @param received the beginning of what came, or the end of a command's output; bounded; may be empty
 * @param took how long the last attempt took
 * @param attempts how many were made; 0 when there was no time for any
 */
public record CheckResult(
        String name,
        String kind,
        boolean passed,
        String detail,
        String sent,
        String received,
        Duration took,
        int attempts) {

    /** The same outcome, arrived at after this many attempts. */
    public CheckResult afterAttempts(int attempts) {
        return new CheckResult(name, kind, passed, detail, sent, received, took, attempts);
    }

    /** The same outcome, with what it says put in other words. */
    public CheckResult reworded(UnaryOperator<String> words) {
        return new CheckResult(
                name, kind, passed, words.apply(detail), words.apply(sent), words.apply(received), took, attempts);
    }

    /** The same evidence, but a failure for this reason. */
    public CheckResult failedBecause(String reason) {
        return new CheckResult(name, kind, false, reason, sent, received, took, attempts);
    }
}
