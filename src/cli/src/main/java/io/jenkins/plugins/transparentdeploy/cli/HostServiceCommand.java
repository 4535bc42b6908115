package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.target.served.TargetService;
import java.io.PrintStream;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code tdeploy host-service}: what is run on a host that is reached by SSH; answers on standard output. */
@Command(name = "host-service", hidden = true, description = "Serves a target to the machine that deploys.")
final class HostServiceCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Override
    public Integer call() throws Exception {
        PrintStream answers = System.out;
        // Nothing that is said by anybody else may come between the answers.
        System.setOut(System.err);
        TargetService.serve(System.in, answers, main.stateDirectory(), Clock.systemUTC());
        return 0;
    }
}
