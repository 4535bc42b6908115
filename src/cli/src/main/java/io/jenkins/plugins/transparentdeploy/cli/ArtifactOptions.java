package io.jenkins.plugins.transparentdeploy.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What to release. */
final class ArtifactOptions {
    @Option(
            names = {"-a", "--artifact"},
            required = true,
            paramLabel = "PATH",
            description = "A directory, or an archive: .tar, .tar.gz, .zip, .war, .jar.")
    Path artifact;

    @Option(
            names = {"-r", "--release"},
            paramLabel = "VERSION",
            description = "What people call it. Default: the artifact's name.")
    String version;

    @Option(names = "--commit", paramLabel = "ID", description = "The source that it was built from.")
    String commit;

    String version() {
        return version == null
                ? artifact.toAbsolutePath().normalize().getFileName().toString()
                : version;
    }
}
