package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy rollback}. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Go back. A release that is running or held is given up; otherwise the last good one comes back.",
            "Needs neither Jenkins, Git nor the service file: the host knows what it runs."
        })
final class RollbackCommand extends DetachedCommand {
    @Option(
            names = "--to",
            paramLabel = "RELEASE",
            defaultValue = "previous",
            description = "'previous', the id of a release or of a rollback point, or a version."
                    + " Default: ${DEFAULT-VALUE}")
    String to;

    @Option(
            names = "--accept-one-way",
            description = "Go back across hooks that cannot be taken back; give a --reason.")
    boolean acceptOneWay;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason;

    @Option(names = "--force", description = "Overwrite what somebody else changed; it is snapshotted first.")
    boolean force;

    @Option(
            names = "--take-over",
            description = "Take the place of the host that this state directory was copied from, and over targets that"
                    + " another controller deploys to.")
    boolean takeOver;

    @Override
    Request request() throws IOException {
        return service.requestForLive(Request.Verb.rollback)
                .to(to)
                .reason(reason)
                .force(force)
                .takeOver(takeOver)
                .acceptOneWay(acceptOneWay)
                .build();
    }
}
