package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.Outlook;
import io.jenkins.plugins.transparentdeploy.engine.release.Plan;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Previewing;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Show what a release would do, and whether it could. Touches nothing.")
final class PlanCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Mixin
    ArtifactOptions artifact;

    @Option(names = "--rollback", description = "Show what 'tdeploy rollback' would do instead.")
    boolean rollback;

    @Option(
            names = "--to",
            paramLabel = "RELEASE",
            defaultValue = "previous",
            description = "With --rollback: what would come back. Default: ${DEFAULT-VALUE}")
    String to;

    @Option(
            names = "--despite-freeze",
            description = "Show what a release would do although the environment is frozen.")
    boolean despiteFreeze;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        if (rollback) {
            return planRollback(state);
        }
        EnvironmentDefinition definition = service.definition();
        Holder holder = Holder.thisProcess(service.actor().who(), "plan", Clock.systemUTC());
        try (ManagedEnvironment environment =
                new EnvironmentBuilder(definition, state, LocalHost.open(state.root())).open(holder)) {
            Sources.Found found = Sources.find(
                    state,
                    service.request(Request.Verb.run)
                            .artifact(artifact)
                            .reason("plan")
                            .despiteFreeze(despiteFreeze)
                            .build(),
                    definition.service());
            environment.freezes().refuseUnlessInsisted(environment.name(), found.request());
            String version = found.request().version();
            Plan plan = Plan.make(environment, found.source(), false);
            show(environment, version, plan, Outlook.of(environment, plan, version));
        }
        return 0;
    }

    /**
     * What is live is described by what its release recorded, as for the rollback itself. Somebody who looks must be in the
     * way of nobody who acts: it takes no lock.
     */
    private int planRollback(StateDirectory state) throws Exception {
        EnvironmentDefinition live = Definitions.resolve(
                state, service.requestForLive(Request.Verb.rollback).build());
        try (ManagedEnvironment environment =
                new EnvironmentBuilder(live, state, LocalHost.open(state.root())).look()) {
            PrintWriter out = spec.commandLine().getOut();
            RollbackPlan plan = new RollbackPlan(new Previewing(environment).of(to), out);
            if (main.json) {
                out.println(Json.MAPPER.writeValueAsString(plan.preview()));
            } else {
                plan.show();
            }
            return plan.isPossible() ? 0 : Outcome.REFUSED.exitCode();
        }
    }

    private static Stream<String> lines(Delta delta) {
        return Stream.of(
                        delta.created().stream().map(entry -> "+ " + entry.path()),
                        delta.updated().stream()
                                .filter(Delta.Change::contentChanges)
                                .map(change -> "~ " + change.after().path()),
                        delta.deleted().stream().map(entry -> "- " + entry.path()))
                .flatMap(part -> part);
    }

    private static String describe(Reversibility reversibility) {
        return switch (reversibility) {
            case REVERSIBLE -> "";
            case COMPENSABLE -> ", taken back by a rollback";
            case ONE_WAY -> ", cannot be taken back";
        };
    }

    private void show(ManagedEnvironment environment, String version, Plan plan, Outlook outlook) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            ObjectNode all = Json.MAPPER.valueToTree(plan);
            all.set("outlook", Json.MAPPER.valueToTree(outlook.changes()));
            out.println(Json.MAPPER.writeValueAsString(all));
            return;
        }
        EnvironmentDefinition definition = environment.definition();
        List<String> instances =
                definition.instances().stream().map(InstanceDefinition::name).toList();
        out.printf(
                "%s/%s: version %s, strategy %s, %d instance(s), at most %d out of service at once%n",
                definition.service(),
                definition.environment(),
                version,
                definition.strategy().name(),
                instances.size(),
                definition.strategy().unavailable(instances, environment.parked()));
        for (int i = 0; i < plan.steps().size(); i++) {
            out.printf("  step %d: %s%n", i + 1, plan.steps().get(i));
        }
        Map<Delta, List<String>> alike = plan.deltas().entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        alike.forEach((delta, names) -> {
            out.printf(
                    "  %s: %d created, %d updated, %d deleted, %,d bytes%n",
                    String.join(", ", names.stream().sorted().toList()),
                    delta.created().size(),
                    delta.updated().size(),
                    delta.deleted().size(),
                    delta.bytesToWrite());
            lines(delta).limit(SHOWN).forEach(line -> out.println("    " + line));
            long more = lines(delta).count() - SHOWN;
            if (more > 0) {
                out.println("    and " + more + " more");
            }
        });
        outlook.changes().forEach((instance, lines) -> {
            out.println("  " + instance + ", tried out:");
            lines.stream().limit(SHOWN).forEach(line -> out.println("    " + line));
            if (lines.size() > SHOWN) {
                out.println("    and " + (lines.size() - SHOWN) + " more");
            }
        });
        plan.hooks().forEach(hook -> out.println("  hook " + hook.name() + describe(hook.reversibility())));
        plan.hooks().stream()
                .filter(hook -> hook.reversibility() == Reversibility.ONE_WAY)
                .findFirst()
                .ifPresent(hook -> out.println("  Point of no return: once '" + hook.name()
                        + "' has begun, the release does not roll back by itself."));
        plan.warnings().forEach(warning -> out.println("  Warning: " + warning + "."));
        out.println("Nothing was touched.");
    }
}
