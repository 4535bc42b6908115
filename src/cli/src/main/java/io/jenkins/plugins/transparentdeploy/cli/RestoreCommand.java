package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecords;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.TakeOver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Bring a service back on a fresh host, from the records that were archived with its newest release.",
            "This host takes the lost one's place: say which, and be sure that it is gone."
        })
final class RestoreCommand extends DetachedCommand {
    @Option(
            names = "--records",
            required = true,
            paramLabel = "DIR",
            description =
                    "The directory with release.json and content.pack. What it says is run: be sure of its source.")
    Path records;

    @Option(
            names = "--key-file",
            required = true,
            paramLabel = "FILE",
            description = "The private key that the pack was written for; PKCS #8.")
    Path keyFile;

    @Option(
            names = "--take-over-from",
            required = true,
            paramLabel = "HOST",
            description = "The id of the lost host; 'hostId' in release.json.")
    String lostHost;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    String reason;

    @Override
    Request request() throws IOException {
        ReleaseRecord release = new TakeOver(StateDirectory.open(main.stateDirectory()), new ReleaseRecords(records))
                .from(lostHost, ReleaseRecords.packKey(keyFile), service.actor(), Clock.systemUTC());
        return new RequestBuilder(
                        Request.Verb.rollback,
                        release.service(),
                        release.environment(),
                        null,
                        JsonNodeFactory.instance.objectNode(),
                        service.actor())
                .to(release.id().value())
                .reason(reason == null ? "restored in place of the host " + lostHost : reason)
                // Whatever lies there is not what that host left; it is snapshotted first.
                .force(true)
                .build();
    }
}
