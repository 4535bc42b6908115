package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tdeploy pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = {
            "Ask a release that is running to go no further than the end of its present step.",
            "It stays there until 'resume', 'promote' or 'abort'."
        })
final class PauseCommand extends StepAsking implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        return ask(
                StepRequest.Kind.PAUSE,
                "Asked to pause at the end of the present step. 'tdeploy attach' shows what comes of it.");
    }
}
