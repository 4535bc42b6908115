package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.release.Freeze;
import io.jenkins.plugins.transparentdeploy.engine.release.FreezeLog;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Freezes an environment or opens it again. Needs no lock, so that it can be done while something is going on. */
abstract class FreezingCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    abstract boolean frozen();

    abstract String reason();

    @Override
    public final Integer call() throws Exception {
        String name = service.serviceName() + "/" + service.environmentName();
        FreezeLog log = new FreezeLog(StateDirectory.open(main.stateDirectory())
                .environment(service.serviceName(), service.environmentName()));
        Optional<Freeze> before = log.current();
        PrintWriter out = spec.commandLine().getOut();
        if (!frozen() && before.isEmpty()) {
            out.println(main.json ? "{}" : name + " is not frozen.");
            return 0;
        }
        Freeze freeze =
                Freeze.by(service.actor(), frozen(), reason(), Clock.systemUTC().instant());
        log.append(freeze);
        out.println(main.json ? Json.MAPPER.writeValueAsString(freeze) : name + " is " + freeze + ".");
        return 0;
    }
}
