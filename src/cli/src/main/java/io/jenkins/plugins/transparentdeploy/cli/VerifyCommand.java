package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalAnchor;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalHead;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalReport;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.LostAttributes;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.RecordScrub;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScrubReport;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Read every stored object, all records, the whole journal, and compare what is live with what was released.")
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Option(
            names = "--repair",
            description =
                    "First move damaged files of the store into its damaged/, so that what was lost can be captured or"
                            + " imported again.")
    boolean repair;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        Request request = service.requestForLive(Request.Verb.recover).build();
        List<String> problems = new ArrayList<>();
        List<String> notKept = new ArrayList<>();
        List<Path> moved = new ArrayList<>();
        try (ManagedEnvironment environment = open(
                new EnvironmentBuilder(Definitions.resolve(state, request), state, LocalHost.open(state.root())))) {
            journalProblem(environment).ifPresent(problems::add);
            problems.addAll(RecordScrub.damaged(environment.directory()));
            for (SnapshotStore store : environment.stores()) {
                if (repair) {
                    store.repair().forEach(moved::add);
                }
                ScrubReport report = store.verify();
                report.corrupt().forEach(object -> problems.add(object.id() + ": " + object.problem()));
                report.damaged().forEach(file -> problems.add(file.problem()));
            }
            environment.leaveOutWhatIsDown();
            environment
                    .absent()
                    .forEach((instance, left) -> problems.add(
                            instance + ": its host " + left.host() + " cannot be reached: " + left.reason()));
            for (ManagedInstance instance : environment.present()) {
                LostAttributes.notKept(instance).ifPresent(notKept::add);
            }
            Drifts.find(environment)
                    .forEach((instance, drifts) -> drifts.forEach(drift -> problems.add(instance + ": " + drift)));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            out.println(Json.MAPPER.writeValueAsString(
                    Map.of("ok", problems.isEmpty(), "problems", problems, "notKept", notKept, "moved", moved)));
        } else {
            moved.forEach(file -> out.println("Moved away, with what is whole taken over: " + file));
            problems.forEach(out::println);
            notKept.forEach(attributes -> out.println("Note: " + attributes + "."));
            out.println(
                    problems.isEmpty()
                            ? "Objects, records, journal and live files are as they should be."
                            : problems.size() + " problem(s).");
        }
        return problems.isEmpty() ? 0 : Outcome.ERROR.exitCode();
    }

    /** Only who repairs needs nobody to be at work meanwhile. */
    private ManagedEnvironment open(EnvironmentBuilder builder) throws IOException {
        return repair
                ? builder.open(Holder.thisProcess(service.actor().who(), "verify", Clock.systemUTC()))
                : builder.look();
    }

    private static Optional<String> journalProblem(ManagedEnvironment environment) throws IOException {
        Optional<Path> anchor = environment.definition().journalAnchor();
        try {
            // Before the journal, which somebody may be writing.
            JournalHead kept = anchor.isPresent()
                    ? new JournalAnchor(anchor.get()).read().orElse(JournalHead.EMPTY)
                    : JournalHead.EMPTY;
            JournalReport report = JournalFiles.verify(environment.directory().journal(), kept);
            return report.intact() ? Optional.empty() : Optional.of(report.problem());
        } catch (CorruptStateException e) {
            return Optional.of(e.getMessage());
        }
    }
}
