package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.notification.Courier;
import io.jenkins.plugins.transparentdeploy.engine.notification.Outbox;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.release.Freeze;
import io.jenkins.plugins.transparentdeploy.engine.release.FreezeLog;
import io.jenkins.plugins.transparentdeploy.engine.release.Notices;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Freezes an environment or opens it again. Needs no lock, so that it can be done while something is going on. */
abstract class FreezingCommand implements Callable<Integer> {
    /** Somebody waits; what is not taken by then, the next process delivers. */
    private static final Duration DELIVERY = Duration.ofSeconds(5);

    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    abstract boolean frozen();

    abstract String reason();

    /** By the webhooks of what is live, or of the service file before the first release. */
    private void announce(Freeze freeze) throws IOException, InterruptedException {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        EnvironmentDefinition definition;
        try {
            definition = Definitions.resolve(
                    state, service.requestForLive(Request.Verb.recover).build());
        } catch (RefusedException e) {
            if (service.serviceFile().isEmpty()) {
                return;
            }
            definition = service.definition();
        }
        Outbox outbox = new Outbox(
                state.environment(definition.service(), definition.environment())
                        .outbox(),
                Clock.systemUTC());
        outbox.put(
                Notices.of(
                        freeze,
                        definition.service(),
                        definition.environment(),
                        LocalHost.open(state.root()).id()),
                Webhook.together(definition.webhooks(), Receivers.ofStarter()));
        Courier.start(outbox, Clock.systemUTC(), warning -> spec.commandLine()
                        .getErr()
                        .println(warning))
                .finish(DELIVERY);
    }

    @Override
    public final Integer call() throws Exception {
        String name = service.serviceName() + "/" + service.environmentName();
        FreezeLog log = new FreezeLog(service.records(StateDirectory.open(main.stateDirectory())));
        Optional<Freeze> before = log.current();
        PrintWriter out = spec.commandLine().getOut();
        if (!frozen() && before.isEmpty()) {
            out.println(main.json ? "{}" : name + " is not frozen.");
            return 0;
        }
        Freeze freeze =
                Freeze.by(service.actor(), frozen(), reason(), Clock.systemUTC().instant());
        log.append(freeze);
        announce(freeze);
        out.println(main.json ? Json.MAPPER.writeValueAsString(freeze) : name + " is " + freeze + ".");
        return 0;
    }
}
