package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    ArtifactOptions artifact;

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
        return service.request(Request.Verb.run)
                .artifact(artifact)
                .force(force)
                .acceptOneWay(acceptOneWay)
                .despiteFreeze(despiteFreeze)
                .takeOver(takeOver)
                .reason(reason)
                .build();
    }
}
