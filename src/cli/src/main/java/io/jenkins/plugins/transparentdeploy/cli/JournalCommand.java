package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalAnchor;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalHead;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalReport;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy journal}. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = "Show every operation that was done, or verify that the journal is whole.")
final class JournalCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "show|verify",
            defaultValue = "show",
            description = "'verify' checks the hash chain and names the first record that is not as it was written.")
    Act act;

    @Option(names = "--release", paramLabel = "ID", description = "Show only what belongs to this release.")
    String release;

    @Option(names = "--head", paramLabel = "NUMBER:HASH", description = "For verify: what the newest record must be.")
    String head;

    @Option(
            names = "--anchor",
            paramLabel = "FILE",
            description = "For verify: the file that keeps what the newest record was."
                    + " Default: the one that 'journalAnchor' names.")
    Path anchor;

    enum Act {
        show,
        verify
    }

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        EnvironmentDirectory directory = service.records(state);
        PrintWriter out = spec.commandLine().getOut();
        if (act == Act.verify) {
            JournalReport report = JournalFiles.verify(directory.journal(), expectedHead(state));
            out.println(main.json ? Json.MAPPER.writeValueAsString(report) : describe(report));
            return report.intact() ? 0 : Outcome.ERROR.exitCode();
        }
        if (release != null && !hasAnythingOfIt(directory)) {
            throw new RefusedException(
                    "The journal has nothing of a release '" + release + "'", "See 'tdeploy history' for their ids");
        }
        // What a release left open may be settled later, in a segment behind those of others: as it was written.
        JournalFiles.read(
                directory.journal(),
                segment -> release == null || release.equals(segment.releaseId()),
                record -> out.println(line(record)));
        return 0;
    }

    private boolean hasAnythingOfIt(EnvironmentDirectory directory) throws IOException {
        AtomicBoolean found = new AtomicBoolean();
        JournalFiles.read(
                directory.journal(), segment -> release.equals(segment.releaseId()), record -> found.set(true));
        return found.get();
    }

    private String line(JournalRecord record) {
        try {
            return main.json ? Json.MAPPER.writeValueAsString(record) : describe(record);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JournalHead expectedHead(StateDirectory state) throws IOException {
        if (anchor != null) {
            return new JournalAnchor(anchor)
                    .read()
                    .orElseThrow(() -> new RefusedException(
                            "There is no anchor " + anchor,
                            "Name the file that 'journalAnchor' in the service file names"));
        }
        if (head != null) {
            return JournalHead.parse(head)
                    .orElseThrow(() -> new RefusedException(
                            "--head " + head + " is not the head of a journal",
                            "Write it as NUMBER:HASH, as verify prints it"));
        }
        Optional<Path> described = describedAnchor(state);
        Optional<JournalHead> kept =
                described.isPresent() ? new JournalAnchor(described.get()).read() : Optional.empty();
        if (described.isPresent() && kept.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "There is no anchor " + described.get()
                                    + " to compare with; the next release writes it. If there was one, find out who removed it.");
        }
        return kept.orElse(JournalHead.EMPTY);
    }

    /** By the service file, or by what was released. A journal is verified also where neither can be read. */
    private Optional<Path> describedAnchor(StateDirectory state) {
        try {
            return service.serviceFile().isPresent()
                    ? service.definition().journalAnchor()
                    : Definitions.resolve(
                                    state,
                                    service.requestForLive(Request.Verb.recover).build())
                            .journalAnchor();
        } catch (IOException | RefusedException | CorruptStateException e) {
            spec.commandLine().getErr().println("Verified without an anchor: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static String describe(JournalReport report) {
        return report.intact()
                ? "The journal is whole: " + report.records() + " records, head "
                        + report.head().spelling()
                : report.problem();
    }

    private static String describe(JournalRecord record) {
        String what;
        if (record instanceof JournalRecord.Intent intent) {
            what = "intent  " + intent.operation();
        } else if (record instanceof JournalRecord.Done done) {
            what = "done    " + done.intent();
        } else if (record instanceof JournalRecord.Abandoned abandoned) {
            what = "not done " + abandoned.intent();
        } else if (record instanceof JournalRecord.State state) {
            what = "state   " + state.state() + (state.reason().isEmpty() ? "" : ": " + state.reason());
        } else {
            what = "note    " + ((JournalRecord.Note) record).text();
        }
        return "%6d  %s  %s".formatted(record.seq(), record.at(), what);
    }
}
