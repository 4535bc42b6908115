package io.jenkins.plugins.transparentdeploy.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is released, and what somebody insists on who releases it. */
final class ReleasingOptions {
    @Mixin
    ArtifactOptions artifact;

    @Mixin
    OverwritingOptions overwriting;

    @Option(names = "--despite-freeze", description = "Release although the environment is frozen; give a --reason.")
    boolean despiteFreeze;

    @Option(
            names = "--accept-one-way",
            description = "Go back across hooks that cannot be taken back; give a --reason.")
    boolean acceptOneWay;
}
