package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Checks that all have to pass, asked at the same time.
 *
 * @param checks at least one; names are unique
 * @param retries how many more attempts a check has that failed; zero or more
 * @param interval between two attempts of a check; zero or more
 * @param timeout for everything together; what has not passed by then has failed
 */
public record SmokeTest(List<Check> checks, int retries, Duration interval, Duration timeout) {
    /** @throws RefusedException when it could not fail, or not end */
    public SmokeTest {
        checks = List.copyOf(checks);
        if (checks.isEmpty()) {
            throw new RefusedException(
                    "A smoke test has no checks, so it could not fail", "Give it at least one check");
        }
        Set<String> names = new HashSet<>();
        for (Check check : checks) {
            if (!names.add(check.name())) {
                throw new RefusedException(
                        "Two checks of a smoke test are named '" + check.name() + "'", "Give each a name of its own");
            }
        }
        if (retries < 0 || interval.isNegative()) {
            throw new RefusedException(
                    "A smoke test has " + retries + " retries, " + interval + " apart", "Make both zero or more");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new RefusedException("The timeout of a smoke test is " + timeout, "Make it more than zero");
        }
    }

    /** Asks from where this program runs; commands run on the host. */
    public SmokeTestReport run(Host host, Clock clock) throws InterruptedException {
        return run(host, clock, LogMarks.NONE);
    }

    /**
     * Asks from where this program runs; commands run on the host.
     *
     * @param marks from where on logs are counted
     */
    public SmokeTestReport run(Host host, Clock clock, LogMarks marks) throws InterruptedException {
        return run(new HostCheckRunner(host, marks), Ticker.startingAt(clock));
    }

    /** The log files whose lines it counts. */
    public Set<Path> logFiles() {
        return checks.stream()
                .filter(LogCheck.class::isInstance)
                .map(check -> ((LogCheck) check).file())
                .collect(Collectors.toSet());
    }

    /** Asks, and returns when every check has passed or used up its attempts, or when the time is up. */
    public SmokeTestReport run(CheckRunner runner, Ticker ticker) throws InterruptedException {
        Instant startedAt = ticker.now();
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(checks.size(), task -> {
            Thread thread = new Thread(task, "smoke test");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Progress> progress = checks.stream()
                    .map(check -> start(check, runner, ticker, threads))
                    .toList();
            List<CheckResult> results = new ArrayList<>();
            for (Progress each : progress) {
                results.add(each.await(timeout.minusNanos(System.nanoTime() - start), timeout));
            }
            return SmokeTestReport.of(results, startedAt, Duration.ofNanos(System.nanoTime() - start));
        } finally {
            threads.shutdownNow();
        }
    }

    private Progress start(Check check, CheckRunner runner, Ticker ticker, ExecutorService threads) {
        AtomicReference<CheckResult> last = new AtomicReference<>(
                new CheckResult(check.name(), check.kind(), false, "no attempt has ended", "", "", Duration.ZERO, 0));
        return new Progress(last, threads.submit(() -> {
            for (int attempt = 1; attempt <= retries + 1; attempt++) {
                if (attempt > 1) {
                    ticker.sleep(interval);
                }
                last.set(runner.run(check).afterAttempts(attempt));
                if (last.get().passed()) {
                    break;
                }
            }
            return last.get();
        }));
    }

    /** A check under way, and the last attempt of it that ended. */
    private record Progress(AtomicReference<CheckResult> last, Future<CheckResult> future) {
        CheckResult await(Duration remaining, Duration timeout) throws InterruptedException {
            try {
                return future.get(Math.max(0, remaining.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                future.cancel(true);
                CheckResult result = last.get();
                return result.failedBecause("not passed within the smoke test's " + timeout.toMillis() + " ms; after "
                        + result.attempts() + " attempts: " + result.detail());
            } catch (ExecutionException e) {
                return last.get().failedBecause("the check broke: " + e.getCause());
            }
        }
    }
}
