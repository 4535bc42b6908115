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
    ArtifactOptions artifact;

    @Option(
            names = "--hold",
            description = "Leave the release undecided, for 'smoke-test' and then 'complete' or 'rollback'.")
    boolean hold;

    @Option(names = "--force", description = "Overwrite what somebody else changed; it is snapshotted first.")
    boolean force;

    @Option(names = "--despite-freeze", description = "Release although the environment is frozen; give a --reason.")
    boolean despiteFreeze;

    @Option(
            names = "--accept-one-way",
            description = "Go back across hooks that cannot be taken back; give a --reason.")
    boolean acceptOneWay;

    @Option(names = "--take-over", description = "Take targets over that another controller deploys to.")
    boolean takeOver;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason;

    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.deploy)
                .artifact(artifact)
                .hold(hold)
                .force(force)
                .acceptOneWay(acceptOneWay)
                .despiteFreeze(despiteFreeze)
                .takeOver(takeOver)
                .reason(reason)
                .build();
    }
}
