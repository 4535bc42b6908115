package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tdeploy deploy}. */
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        description = {
            "Deploy, and go back by itself if that fails.",
            "Neither smoke test nor analysis: 'tdeploy run' does the whole."
        })
final class DeployCommand extends DetachedCommand {
    @Mixin
    ReleasingOptions releasing;

    @Option(
            names = "--hold",
            description = "Leave the release undecided, for 'smoke-test' and then 'complete' or 'rollback'.")
    boolean hold;

    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.deploy)
                .releasing(releasing)
                .hold(hold)
                .build();
    }
}
