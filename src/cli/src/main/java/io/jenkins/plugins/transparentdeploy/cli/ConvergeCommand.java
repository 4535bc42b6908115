package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tdeploy converge}. */
@Command(
        name = "converge",
        mixinStandardHelpOptions = true,
        description = {
            "Bring every instance to the live release: what a release went on without, what differs, what does not run.",
            "What is as it should be is left alone, so a timer may do it. Exit code 6 if some could not be brought there."
        })
final class ConvergeCommand extends DetachedCommand {
    @Mixin
    OverwritingOptions overwriting;

    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.converge).overwriting(overwriting).build();
    }
}
