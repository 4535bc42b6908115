package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tdeploy smoke-test}. */
@Command(name = "smoke-test", mixinStandardHelpOptions = true, description = "Run the smoke test against what is live.")
final class SmokeTestCommand extends DetachedCommand {
    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.smokeTest).build();
    }
}
