package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy converge}. */
@Command(
        name = "converge",
        mixinStandardHelpOptions = true,
        description = {
            "Bring every instance to the live release: what a release went on without, what differs, what does not run.",
            "What is as it should be is left alone, so a timer may do it. Exit code 6 if some could not be brought there."
        })
final class ConvergeCommand extends DetachedCommand {
    @Option(names = "--force", description = "Overwrite what somebody else changed; it is snapshotted first.")
    boolean force;

    @Option(names = "--take-over", description = "Take targets over that another controller deploys to.")
    boolean takeOver;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason;

    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.converge)
                .force(force)
                .takeOver(takeOver)
                .reason(reason)
                .build();
    }
}
