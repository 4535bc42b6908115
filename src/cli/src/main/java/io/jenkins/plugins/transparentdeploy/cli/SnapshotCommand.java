package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code tdeploy snapshot}. */
@Command(name = "snapshot", mixinStandardHelpOptions = true, description = "Take a rollback point of what is live.")
final class SnapshotCommand extends DetachedCommand {
    @Override
    Request request() throws IOException {
        return service.request(Request.Verb.snapshot).build();
    }

    /** What is captured already is not read again by the next attempt. */
    @Override
    boolean isBrief() {
        return true;
    }
}
