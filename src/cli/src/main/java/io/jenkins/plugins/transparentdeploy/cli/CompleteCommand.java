package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tdeploy complete}. */
@Command(
        name = "complete",
        mixinStandardHelpOptions = true,
        description = "Judge the release that is held: analyse it, then keep it or roll it back.")
final class CompleteCommand extends DetachedCommand {
    @Override
    Request request() throws IOException {
        return service.requestForLive(Request.Verb.complete).build();
    }
}
