package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.KeptSlot;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy retire}. */
@Command(
        name = "retire",
        mixinStandardHelpOptions = true,
        description = {
            "Stop the slot that served before, once its time ('keep') is over.",
            "A blue-green release sees to that itself; this is for when its waiting process was ended."
        })
final class RetireCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofSeconds(1);

    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(names = "--wait", description = "Wait until its time is over, as long as the same release is live.")
    boolean waiting;

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        EnvironmentDefinition definition = Definitions.resolve(
                state, service.requestForLive(Request.Verb.recover).build());
        EnvironmentDirectory directory = state.environment(definition.service(), definition.environment());
        ReleaseHistory history = new ReleaseHistory(directory);
        Optional<ReleaseId> live = history.live().map(ReleaseRecord::id);
        Optional<Instant> end = KeptSlot.end(history, definition);
        boolean stopped = false;
        if (end.isPresent() && (!waiting || isOver(history, live, end.get()))) {
            try (ManagedEnvironment environment = open(state, definition, directory)) {
                stopped = new KeptSlot(environment).stopWhenOver();
            }
        }
        spec.commandLine()
                .getOut()
                .println(
                        main.json
                                ? Json.MAPPER.writeValueAsString(Map.of("stopped", stopped))
                                : stopped
                                        ? "The slot that served before is stopped."
                                        : "Nothing is to be stopped now.");
        return 0;
    }

    /** Waits; another release that becomes live meanwhile has somebody waiting for itself. */
    private boolean isOver(ReleaseHistory history, Optional<ReleaseId> live, Instant end)
            throws IOException, InterruptedException {
        while (clock.instant().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(Math.min(
                    POLL.toMillis(),
                    Math.max(1, Duration.between(clock.instant(), end).toMillis())));
            if (!history.live().map(ReleaseRecord::id).equals(live)) {
                return false;
            }
        }
        return true;
    }

    private ManagedEnvironment open(
            StateDirectory state, EnvironmentDefinition definition, EnvironmentDirectory directory)
            throws IOException, InterruptedException {
        Holder holder = Holder.thisProcess(service.actor().who(), "retire", clock);
        while (true) {
            try {
                return new EnvironmentBuilder(definition, state, LocalHost.open(state.root()))
                        .clock(clock)
                        .open(holder);
            } catch (RefusedException e) {
                if (!waiting || !directory.isBeingChanged()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
        }
    }
}
