package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy attach}. */
@Command(
        name = "attach",
        mixinStandardHelpOptions = true,
        description = "Watch a run from its beginning, whether it goes on or is over. Ctrl-C only stops watching.")
final class AttachCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "The run's id. Default: the newest that goes on, else the newest that was not refused.")
    String run;

    @Override
    public Integer call() throws Exception {
        return new Follower(
                        find(StateDirectory.open(main.stateDirectory())),
                        Display.on(spec.commandLine().getOut(), main.json))
                .follow();
    }

    private RunDirectory find(StateDirectory state) throws IOException {
        if (run == null) {
            List<RunDirectory> runs = RunDirectory.all(state);
            if (runs.isEmpty()) {
                throw new RefusedException("There was no run in " + state.root(), "Start one with 'tdeploy run'");
            }
            return newestThatDoesSomething(runs);
        }
        RunDirectory named = new RunDirectory(state.runs().resolve(ReleaseId.isValid(run) ? run : "none"));
        if (!Files.isDirectory(named.path())) {
            throw new RefusedException(
                    "There is no run '" + run + "' in " + state.root(), "Leave the id out for the newest");
        }
        return named;
    }

    /** Whoever was refused meanwhile has a newer run than the release that they were refused for. */
    private static RunDirectory newestThatDoesSomething(List<RunDirectory> runs) throws IOException {
        for (RunDirectory run : runs) {
            if (run.goesOn()) {
                return run;
            }
        }
        for (RunDirectory run : runs) {
            if (run.result()
                    .map(Result::outcome)
                    .filter(Outcome.REFUSED::equals)
                    .isEmpty()) {
                return run;
            }
        }
        return runs.get(0);
    }
}
