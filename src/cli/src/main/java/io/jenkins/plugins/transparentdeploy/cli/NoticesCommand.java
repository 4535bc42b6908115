package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.notification.Courier;
import io.jenkins.plugins.transparentdeploy.engine.notification.Outbox;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy notices}. */
@Command(
        name = "notices",
        mixinStandardHelpOptions = true,
        description = "Show the notices that no webhook has taken yet; with --deliver, try again now.")
final class NoticesCommand implements Callable<Integer> {
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(names = "--deliver", description = "Deliver what is due, for at most 30 s.")
    boolean deliver;

    @Override
    public Integer call() throws Exception {
        Outbox outbox = new Outbox(
                service.records(StateDirectory.open(main.stateDirectory())).outbox(), Clock.systemUTC());
        if (deliver) {
            Courier.start(outbox, Clock.systemUTC(), warning -> spec.commandLine()
                            .getErr()
                            .println(warning))
                    .finish(DELIVERY);
        }
        List<String> waiting = Courier.describe(outbox);
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            out.println(Json.MAPPER.writeValueAsString(Map.of("waiting", waiting)));
        } else {
            waiting.forEach(out::println);
            out.println(waiting.isEmpty() ? "Every notice was taken." : waiting.size() + " notice(s) wait.");
        }
        return 0;
    }
}
