package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.OutputTail;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Waits until something that was started can take traffic: asks at once, then after 100 ms, then after half as much
 * time again, up to a second.
 *
 * @param check what to ask
 * @param consecutive how many times in a row it has to pass, so that one lucky answer does not count; at least 1
 * @param deadline how long that may take; an attempt begun before is finished
 */
public record ReadyCheck(Check check, int consecutive, Duration deadline) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int LAST_LINES = 10;

    /** @throws RefusedException when it could never pass */
    public ReadyCheck {
        Objects.requireNonNull(check, "check");
        if (consecutive < 1 || deadline.isZero() || deadline.isNegative()) {
            throw new RefusedException(
                    "The ready check '" + check.name() + "' wants " + consecutive + " passes within " + deadline,
                    "Make both more than zero");
        }
    }

    /** Says when waiting is of no more use. */
    @FunctionalInterface
    public interface Watch {
        /** Why it will never be ready; empty as long as it may be. */
        Optional<String> hopeless() throws IOException;

        /** Wait for as long as the deadline allows. */
        static Watch nothing() {
            return Optional::empty;
        }

        /** Gives up when a process has ended; its last lines of output are the reason. */
        static Watch process(Host host, ProcessRef process, Path output) {
            return () -> host.isRunning(process)
                    ? Optional.empty()
                    : Optional.of("the process " + process.pid() + " has ended; its last output in " + output + ":\n"
                            + String.join("\n", OutputTail.lastLines(output, LAST_LINES)));
        }
    }

    /** Asks from where this program runs; a command runs on the host. */
    public CheckResult await(Host host, Clock clock, Watch watch) throws IOException, InterruptedException {
        return await(new HostCheckRunner(host), Ticker.startingAt(clock), watch);
    }

    /** Returns when the check has passed often enough, or has not in its time; the detail of the result then says why. */
    public CheckResult await(CheckRunner runner, Ticker ticker, Watch watch) throws IOException, InterruptedException {
        Instant end = ticker.now().plus(deadline);
        Duration pause = FIRST_PAUSE;
        int passes = 0;
        for (int attempt = 1; ; attempt++) {
            CheckResult result = runner.run(check).afterAttempts(attempt);
            // A check that passes while the process is dead was answered by somebody else.
            Optional<String> hopeless = watch.hopeless();
            if (hopeless.isPresent()) {
                return result.failedBecause(hopeless.get());
            }
            passes = result.passed() ? passes + 1 : 0;
            if (passes >= consecutive) {
                return result;
            }
            if (!ticker.now().plus(pause).isBefore(end)) {
                return result.failedBecause(
                        (result.passed() ? "it has not passed " + consecutive + " times in a row, last: " : "")
                                + result.detail());
            }
            ticker.sleep(pause);
            pause = longer(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(3).dividedBy(2);
        return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
}
