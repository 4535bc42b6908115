package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Asks a release that is running about its steps. */
abstract class StepAsking {
    private static final Set<ReleaseState> WITH_STEPS =
            EnumSet.of(ReleaseState.PREPARED, ReleaseState.SNAPSHOTTED, ReleaseState.DEPLOYING);

    private static final Set<String> RELEASING = Set.of(Request.Verb.deploy.name(), Request.Verb.run.name());

    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason = "";

    /** @param answer what to tell whoever asked */
    int ask(StepRequest.Kind kind, String answer) throws IOException {
        String name = service.serviceName();
        EnvironmentDirectory directory = service.records(StateDirectory.open(main.stateDirectory()));
        if (!directory.isBeingChanged()) {
            throw new RefusedException(
                    "Nothing is running for " + name + "/" + service.environmentName(),
                    "Only a release that is being rolled out has steps; see 'tdeploy status'");
        }
        refuseAfterItsSteps(directory);
        new StepRequest(service.actor(), reason).leaveIn(directory, kind);
        spec.commandLine().getOut().println(main.json ? Json.MAPPER.writeValueAsString(Map.of("asked", true)) : answer);
        return 0;
    }

    /** Nobody would look at the request any more, and whoever asked would wait for nothing. */
    private static void refuseAfterItsSteps(EnvironmentDirectory directory) throws IOException {
        Optional<ReleaseRecord> release = new ReleaseHistory(directory).unfinished();
        if (release.isEmpty()) {
            refuseWithoutSteps(directory);
            return;
        }
        if (WITH_STEPS.contains(release.get().state()) && !goesBack(release.get())) {
            return;
        }
        ReleaseRecord record = release.get();
        String name = record.service() + "/" + record.environment();
        if (goesBack(record)) {
            throw new RefusedException(
                    name + " is going back to an earlier release, and that neither waits nor pauses",
                    "Watch it with 'tdeploy attach'");
        }
        throw new RefusedException(
                "Release " + record.version() + " of " + name + " has taken its last step and is " + record.state(),
                "Wait for what comes of it, or take it back with 'tdeploy abort'");
    }

    /** Who is about to begin a release will look at it; whoever else holds the lock has no steps, and the next one forgets it. */
    private static void refuseWithoutSteps(EnvironmentDirectory directory) {
        Optional<String> other =
                ProcessLock.holderOf(directory.lock()).map(Holder::what).filter(what -> !RELEASING.contains(what));
        if (other.isPresent()) {
            throw new RefusedException(
                    "What runs there is '" + other.get() + "', which has no steps",
                    "Ask again when a release has begun; to keep releases out until then, use 'tdeploy freeze'");
        }
    }

    private static boolean goesBack(ReleaseRecord record) {
        return record.kind() == ReleaseKind.ROLLBACK || record.state() == ReleaseState.ROLLING_BACK;
    }
}
