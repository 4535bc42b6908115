package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code tdeploy worker}: what {@link Launcher} starts. */
@Command(name = "worker", hidden = true, description = "Carries out the request in a run directory.")
final class WorkerCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Option(names = "--run", required = true, paramLabel = "DIR", description = "The run directory.")
    Path run;

    @Override
    public Integer call() throws Exception {
        RunDirectory directory = new RunDirectory(run);
        return new Worker(
                        StateDirectory.open(main.stateDirectory()),
                        directory,
                        directory.request().orElseThrow())
                .work()
                .exitCode();
    }
}
