package io.jenkins.plugins.transparentdeploy.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy unfreeze}. */
@Command(
        name = "unfreeze",
        mixinStandardHelpOptions = true,
        description = "Take deployments to an environment again after a freeze.")
final class UnfreezeCommand extends FreezingCommand {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason = "";

    @Override
    boolean frozen() {
        return false;
    }

    @Override
    String reason() {
        return reason;
    }
}
