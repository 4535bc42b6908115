package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tdeploy scale}. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description = "Look at the load and start or stop instances, as the service file's scaling rule says.")
final class ScaleCommand extends DetachedCommand {
    @Option(names = "--once", required = true, description = "Look once, act, and end. Have a timer do it again.")
    boolean once;

    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.scale).build();
    }
}
