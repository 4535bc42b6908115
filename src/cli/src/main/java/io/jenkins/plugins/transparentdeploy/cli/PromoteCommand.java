package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tdeploy promote}. */
@Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        description = {
            "Skip the rest of what a release is waiting for: a pause, a manual step, a judgement.",
            "The next step waits, and is judged, as ever."
        })
final class PromoteCommand extends StepAsking implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        return ask(
                StepRequest.Kind.PROMOTE, "Asked to go on to the next step. 'tdeploy attach' shows what comes of it.");
    }
}
