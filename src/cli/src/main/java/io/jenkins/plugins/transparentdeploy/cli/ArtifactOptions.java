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

    @Option(
            names = "--from",
            paramLabel = "ENVIRONMENT",
            description =
                    "Instead of an artifact, the very content of what is live in another environment of the service.")
    String fromEnvironment;

    @Option(
            names = "--from-release",
            paramLabel = "RELEASE",
            description = "With --from: an id or a version there, instead of what is live.")
    String fromRelease;

    @Option(
            names = "--from-records",
            paramLabel = "DIR",
            description = "Instead of an artifact, a release of another host, from its archived records.")
    Path fromRecords;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "With --from-records: the private key that its pack was written for; PKCS #8.")
    Path keyFile;

    /** The release to promote; null when an artifact is released. */
    Request.From from() {
        int named = (artifact == null ? 0 : 1) + (fromEnvironment == null ? 0 : 1) + (fromRecords == null ? 0 : 1);
        if (named > 1) {
            throw new RefusedException(
                    "Several things are to be released at once", "Give one of --artifact, --from and --from-records");
        }
        return fromEnvironment == null && fromRecords == null
                ? null
                : new Request.From(fromEnvironment, fromRelease, absolute(fromRecords), absolute(keyFile));
    }

    private static String absolute(Path path) {
        return path == null ? null : path.toAbsolutePath().normalize().toString();
    }

    /** @throws RefusedException when none is named */
    Path artifact() {
        if (artifact == null) {
            throw new RefusedException(
                    "No artifact is named",
                    "Name a directory or an archive with --artifact, or an environment with --from");
        }
        return artifact;
    }

    String version() {
        return version == null
                ? artifact().toAbsolutePath().normalize().getFileName().toString()
                : version;
    }
}
