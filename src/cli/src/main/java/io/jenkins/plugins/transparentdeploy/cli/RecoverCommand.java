package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tdeploy recover}. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = "Bring a release to its end whose process has died.")
final class RecoverCommand extends DetachedCommand {
    @Override
    Request request() throws IOException {
        return service.requestForLive(Request.Verb.recover).build();
    }
}
