package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy undo}. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description = {
            "Go back to how it was after a certain record of the journal; 'tdeploy journal' numbers them.",
            "A rollback like any other: verified, and a release of its own."
        })
final class UndoCommand extends DetachedCommand {
    @Option(names = "--to", required = true, paramLabel = "NUMBER", description = "The last record that stays done.")
    long to;

    @Option(
            names = "--accept-one-way",
            description = "Go back across hooks that cannot be taken back; give a --reason.")
    boolean acceptOneWay;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason;

    @Option(names = "--force", description = "Overwrite what somebody else changed; it is snapshotted first.")
    boolean force;

    @Override
    Request request() throws IOException {
        return service.requestForLive(Request.Verb.rollback)
                .to(Destination.record(to).name())
                .reason(reason)
                .force(force)
                .acceptOneWay(acceptOneWay)
                .build();
    }
}
