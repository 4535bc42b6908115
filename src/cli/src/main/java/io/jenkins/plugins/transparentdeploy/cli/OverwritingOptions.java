package io.jenkins.plugins.transparentdeploy.cli;

import picocli.CommandLine.Option;

/** What somebody insists on who has targets changed, and why. */
final class OverwritingOptions {
    @Option(names = "--force", description = "Overwrite what somebody else changed; it is snapshotted first.")
    boolean force;

    @Option(
            names = "--take-over",
            description =
                    "Take targets over that another controller or environment deploys to, and the place of the host"
                            + " that this state directory was copied from.")
    boolean takeOver;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason;
}
