package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.FreezeLog;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts detached workers. */
final class Launcher {
    private final StateDirectory state;

    Launcher(StateDirectory state) {
        this.state = state;
    }

    /**
     * Starts a worker for a request, which is read first: what cannot be is refused here and now.
     *
     * @return where to watch it
     */
    RunDirectory launch(Request request) throws IOException {
        LocalHost host = LocalHost.open(state.root());
        RunDirectory run = prepare(request, host);
        run.started(host.start(self("worker", "--run", run.path().toString()), run.output()));
        return run;
    }

    /**
     * Carries a request out in this process: for what is short, and harmless when it is killed.
     *
     * @return where its result is
     */
    RunDirectory runHere(Request request) throws IOException {
        RunDirectory run = prepare(request, LocalHost.open(state.root()));
        new Worker(state, run, run.request().orElseThrow()).work();
        return run;
    }

    private RunDirectory prepare(Request request, LocalHost host) throws IOException {
        host.requirePosix();
        EnvironmentDefinition definition = Definitions.resolve(state, request);
        if (request.releases()) {
            new FreezeLog(state.environment(definition.service(), definition.environment()))
                    .refuseUnlessInsisted(definition.service() + "/" + definition.environment(), request.release());
        }
        return RunDirectory.create(state, request.with(definition.service(), definition.resolved()));
    }

    /** Leaves a process behind that stops the slot that served before, once its time is over; see {@link RetireCommand}. */
    void retireLater(RunDirectory run, EnvironmentDefinition definition) throws IOException {
        LocalHost.open(state.root())
                .start(
                        self("retire", "--wait", "-s", definition.service(), "-e", definition.environment()),
                        run.retirement());
    }

    /** This program, as a process of its own. */
    private Command self(String command, String... arguments) {
        List<String> options = new ArrayList<>(JavaCommand.QUICK_START);
        Optional<ClassArchive> archive = ClassArchive.own();
        archive.ifPresent(classes -> options.addAll(classes.options()));
        List<String> line =
                new ArrayList<>(List.of(command, "--state-dir", state.root().toString()));
        line.addAll(List.of(arguments));
        String classPath = archive.map(ClassArchive::jar)
                .map(Path::toString)
                .orElseGet(() -> System.getProperty("java.class.path"));
        return new Command(
                JavaCommand.of(options, classPath, line), Map.of("LC_ALL", "C.UTF-8"), Optional.of(state.root()));
    }
}
