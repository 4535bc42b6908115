package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What to release. */
final class ArtifactOptions {
    @Option(
            names = {"-a", "--artifact"},
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

    /** @throws RefusedException when none is named */
    Path artifact() {
        if (artifact == null) {
            throw new RefusedException("No artifact is named", "Name a directory or an archive with --artifact");
        }
        return artifact;
    }

    String version() {
        return version == null
                ? artifact().toAbsolutePath().normalize().getFileName().toString()
                : version;
    }
}
