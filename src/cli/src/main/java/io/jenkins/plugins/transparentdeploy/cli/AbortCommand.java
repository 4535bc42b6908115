package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy abort}. */
@Command(
        name = "abort",
        mixinStandardHelpOptions = true,
        description = {
            "Ask a release that is running to give up; it rolls back by itself.",
            "A rollback that has begun is always finished. One that never ends is given up with --force: its process is",
            "ended, and the rollback has failed. 'tdeploy rollback' then tries again, or goes elsewhere with --to."
        })
final class AbortCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason = "";

    @Option(names = "--force", description = "End the process of a release or a rollback that does not end by itself.")
    boolean force;

    @Override
    public Integer call() throws Exception {
        String name = service.serviceName();
        EnvironmentDirectory directory = service.records(StateDirectory.open(main.stateDirectory()));
        if (!directory.isBeingChanged()) {
            throw new RefusedException(
                    "Nothing is running for " + name + "/" + service.environmentName(),
                    "A release that is held or live is taken back with 'tdeploy rollback'");
        }
        AbortRequest request = new AbortRequest(service.actor(), reason);
        if (force) {
            return end(directory, request);
        }
        refuseRollback(directory);
        request.leaveIn(directory);
        spec.commandLine()
                .getOut()
                .println(
                        main.json
                                ? Json.MAPPER.writeValueAsString(Map.of("asked", true))
                                : "Asked to give up; 'tdeploy attach' shows what comes of it.");
        return 0;
    }

    private static void refuseRollback(EnvironmentDirectory directory) throws IOException {
        Optional<ReleaseRecord> rollingBack = new ReleaseHistory(directory)
                .unfinished()
                .filter(record -> record.state() == ReleaseState.ROLLING_BACK);
        if (rollingBack.isPresent()) {
            throw new RefusedException(
                    rollingBack.get().service() + "/" + rollingBack.get().environment() + " is rolling back since "
                            + rollingBack.get().changedAt() + ", and a rollback is always finished",
                    "Watch it with 'tdeploy attach'; if it never ends, give it up with 'tdeploy abort --force'");
        }
    }

    private int end(EnvironmentDirectory directory, AbortRequest request) throws IOException, InterruptedException {
        Optional<ReleaseRecord> failed = new UnendingWork(
                        StateDirectory.open(main.stateDirectory()),
                        service.requestForLive(Request.Verb.recover).build(),
                        directory)
                .end(request);
        spec.commandLine()
                .getOut()
                .println(
                        main.json
                                ? Json.MAPPER.writeValueAsString(
                                        Map.of("ended", true, "rollbackFailed", failed.isPresent()))
                                : failed.isPresent()
                                        ? "The rollback to " + failed.get().version()
                                                + " was given up, and nobody knows what is live. 'tdeploy rollback' tries"
                                                + " again; with --to it goes elsewhere."
                                        : "Its process was ended; 'tdeploy recover' takes the release back.");
        return failed.isPresent() ? Outcome.ROLLBACK_FAILED.exitCode() : 0;
    }
}
