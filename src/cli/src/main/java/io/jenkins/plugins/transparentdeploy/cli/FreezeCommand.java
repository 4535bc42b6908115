package io.jenkins.plugins.transparentdeploy.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy freeze}. */
@Command(
        name = "freeze",
        mixinStandardHelpOptions = true,
        description = {
            "Refuse deployments to an environment until somebody opens it with 'unfreeze'. Rollbacks are not refused.",
            "What is going on goes on. A rollback freezes its environment by itself, unless 'freezeAfterRollback: false'."
        })
final class FreezeCommand extends FreezingCommand {
    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for those who are refused.")
    String reason;

    @Override
    boolean frozen() {
        return true;
    }

    @Override
    String reason() {
        return reason;
    }
}
