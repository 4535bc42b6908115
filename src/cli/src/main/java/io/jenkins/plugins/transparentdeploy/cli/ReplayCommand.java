package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.release.Replica;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Add up the journal to a certain record and write what was live then into a directory of its own.",
            "What is live is not touched."
        })
final class ReplayCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(names = "--to", required = true, paramLabel = "NUMBER", description = "The last record that counts.")
    long to;

    @Option(
            names = "--into",
            required = true,
            paramLabel = "DIR",
            description = "Missing or empty; a directory for each instance is made in it.")
    Path into;

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        Request request = service.requestForLive(Request.Verb.recover).build();
        Map<String, String> roots = new TreeMap<>();
        try (ManagedEnvironment environment = new EnvironmentBuilder(
                        Definitions.resolve(state, request), state, LocalHost.open(state.root()))
                .look()) {
            Map<String, Manifest> past = PastStates.until(environment, to).manifests();
            for (ManagedInstance instance : environment.instances()) {
                if (past.containsKey(instance.name())) {
                    Path directory = into.resolve(instance.name());
                    roots.put(
                            instance.name(),
                            Replica.write(instance, past.get(instance.name()), directory, Clock.systemUTC())
                                    .toString());
                }
            }
        }
        show(roots);
        return 0;
    }

    private void show(Map<String, String> roots) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            out.println(Json.MAPPER.writeValueAsString(Map.of("record", to, "contentRoots", roots)));
        } else {
            roots.forEach((instance, root) ->
                    out.println(into.resolve(instance) + " is as after record " + to + ", content root " + root));
        }
    }
}
