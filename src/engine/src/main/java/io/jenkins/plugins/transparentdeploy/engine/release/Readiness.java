package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.HostCheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.ReadyCheck;
import io.jenkins.plugins.transparentdeploy.engine.service.HumanDuration;
import io.jenkins.plugins.transparentdeploy.engine.service.ReadyDefinition;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether what was started on an instance can take requests. It is asked over the network from here; what is a command runs
 * on the instance's host.
 *
 * @param process as the release describes it that runs there
 * @param definition how it is asked; empty when nobody says
 */
record Readiness(
        ManagedEnvironment environment,
        ManagedInstance instance,
        InstanceProcess process,
        Optional<ReadyDefinition> definition) {
    /** How long a process that nobody says how to ask must run to count as started. */
    private static final Duration SETTLE = Duration.ofMillis(500);

    /** Asked once: whoever does not answer at once is not kept, but started again. */
    boolean answers() throws IOException {
        try {
            return definition.isEmpty()
                    || new HostCheckRunner(instance.host())
                            .run(definition.get().check())
                            .passed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while asking instance '" + instance.name() + "'", e);
        }
    }

    /** Asked once, of what has been ready before: whether it runs and answers. Of a host that is out of reach nobody is served. */
    boolean serves() throws IOException {
        try {
            // A check that passes while the process is dead was answered by somebody else.
            return answers() && process.isRunning();
        } catch (IOException e) {
            if (!instance.isRemote() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return false;
        }
    }

    /** @throws NotReadyException when it does not get ready in its time, or its process ends */
    void await() throws IOException, InterruptedException {
        if (definition.isEmpty()) {
            settle();
            return;
        }
        ReadyDefinition ready = definition.get();
        ReadyCheck readyCheck = new ReadyCheck(ready.check(), ready.successes(), ready.timeout());
        CheckResult result = environment.await(() -> readyCheck.await(
                instance.host(),
                environment.clock(),
                () -> process.isRunning() ? Optional.empty() : Optional.of("its process ended")));
        if (!result.passed()) {
            if (!process.isRunning()) {
                throw ended();
            }
            throw new NotReadyException(
                    "Instance '" + instance.name() + "' was not ready after " + HumanDuration.format(ready.timeout())
                            + (result.sent().isBlank() ? "" : " (" + result.sent() + ")") + ": " + result.detail(),
                    process.lastOutput());
        }
    }

    /** All that can be seen is that it does not end at once. */
    private void settle() throws IOException, InterruptedException {
        if (process.isObservable()) {
            environment.await(() -> {
                TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
                return null;
            });
        }
        if (!process.isRunning()) {
            throw ended();
        }
    }

    private NotReadyException ended() {
        return new NotReadyException("The process of instance '" + instance.name() + "' ended", process.lastOutput());
    }
}
