package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.util.Map;
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
            "A rollback that has begun is always finished."
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

    @Override
    public Integer call() throws Exception {
        String name = service.serviceName();
        EnvironmentDirectory directory =
                StateDirectory.open(main.stateDirectory()).environment(name, service.environmentName());
        if (!directory.isBeingChanged()) {
            throw new RefusedException(
                    "Nothing is running for " + name + "/" + service.environmentName(),
                    "A release that is held or live is taken back with 'tdeploy rollback'");
        }
        new AbortRequest(service.actor(), reason).leaveIn(directory);
        spec.commandLine()
                .getOut()
                .println(
                        main.json
                                ? Json.MAPPER.writeValueAsString(Map.of("asked", true))
                                : "Asked to give up; 'tdeploy attach' shows what comes of it.");
        return 0;
    }
}
