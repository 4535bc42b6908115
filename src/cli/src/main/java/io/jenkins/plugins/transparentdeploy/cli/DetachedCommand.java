package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that a detached worker carries out while this process watches. */
abstract class DetachedCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(names = "--detach", description = "Do not watch: print the run's id and return.")
    boolean detach;

    @Option(
            names = "--in-process",
            hidden = true,
            description = "Do it in this process, which must not be killed then.")
    boolean inProcess;

    abstract Request request() throws IOException;

    /** Whether it is over sooner than another process would start, and can be killed without harm. */
    boolean isBrief() {
        return false;
    }

    @Override
    public final Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        Launcher launcher = new Launcher(state);
        boolean here = inProcess || isBrief() && !detach;
        RunDirectory run = here ? launcher.runHere(request()) : launcher.launch(request());
        Display display = Display.on(spec.commandLine().getOut(), main.json);
        if (detach) {
            display.detached(run);
            return 0;
        }
        return watch(run, display);
    }

    /** Ctrl-C ends the watching and not the work, and says so. */
    private static int watch(RunDirectory run, Display display) throws IOException, InterruptedException {
        Thread hint =
                new Thread(() -> System.err.println("\nNot watching any more; the work goes on. See it with 'tdeploy"
                        + " attach', or end it with 'tdeploy abort', which rolls back."));
        Runtime.getRuntime().addShutdownHook(hint);
        int exitCode = new Follower(run, display).follow();
        Runtime.getRuntime().removeShutdownHook(hint);
        return exitCode;
    }
}
