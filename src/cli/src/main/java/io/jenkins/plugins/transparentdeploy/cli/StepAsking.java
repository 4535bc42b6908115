package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Asks a release that is running about its steps. */
abstract class StepAsking {
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
        EnvironmentDirectory directory =
                StateDirectory.open(main.stateDirectory()).environment(name, service.environmentName());
        if (!directory.isBeingChanged()) {
            throw new RefusedException(
                    "Nothing is running for " + name + "/" + service.environmentName(),
                    "Only a release that is being rolled out has steps; see 'tdeploy status'");
        }
        new StepRequest(service.actor(), reason).leaveIn(directory, kind);
        spec.commandLine().getOut().println(main.json ? Json.MAPPER.writeValueAsString(Map.of("asked", true)) : answer);
        return 0;
    }
}
