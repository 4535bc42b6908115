package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tdeploy run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "The whole of a release: snapshot, deploy, smoke test, analysis; and back by itself if any of it fails.",
            "It goes on when this terminal is closed; 'tdeploy attach' watches it again."
        })
final class RunCommand extends DetachedCommand {
    @Mixin
    ReleasingOptions releasing;

    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.run).releasing(releasing).build();
    }
}
