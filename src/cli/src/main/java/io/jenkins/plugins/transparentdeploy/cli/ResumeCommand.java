package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tdeploy resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = {"Let a release go on that was paused."})
final class ResumeCommand extends StepAsking implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        return ask(StepRequest.Kind.RESUME, "Asked to go on. 'tdeploy attach' shows what comes of it.");
    }
}
