package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.LeftOut;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy drift}. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description =
                "Show what somebody else changed since the last release: each path, what should be there, what is."
                        + " Exit code 2 if there is any, 6 if a host could not be asked.")
final class DriftCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        Request request = service.requestForLive(Request.Verb.recover).build();
        Map<String, List<Drift>> drifts;
        Map<String, LeftOut> down;
        try (ManagedEnvironment environment = new EnvironmentBuilder(
                        Definitions.resolve(state, request), state, LocalHost.open(state.root()))
                .look()) {
            environment.leaveOutWhatIsDown();
            drifts = Drifts.find(environment);
            down = environment.absent();
        }
        show(drifts);
        down.forEach((instance, left) -> spec.commandLine()
                .getErr()
                .println(instance + " on " + left.host() + " cannot be reached: " + left.reason()));
        return !drifts.isEmpty() ? Outcome.REFUSED.exitCode() : down.isEmpty() ? 0 : Outcome.INCOMPLETE.exitCode();
    }

    private void show(Map<String, List<Drift>> drifts) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            out.println(Json.MAPPER.writeValueAsString(Map.of("drift", drifts)));
        } else if (drifts.isEmpty()) {
            out.println("What is live is what was released.");
        } else {
            drifts.forEach((instance, paths) -> paths.forEach(drift -> out.printf(
                    "%s  %s%n    expected %s%n    found    %s%n",
                    instance, drift.path(), drift.expected(), drift.found())));
        }
    }
}
