package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.FreezeLog;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.net.URISyntaxException;
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
        List<String> argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "-cp",
                classPath(),
                Main.class.getName(),
                command,
                "--state-dir",
                state.root().toString()));
        argv.addAll(List.of(arguments));
        return new Command(argv, Map.of("LC_ALL", "C.UTF-8"), Optional.of(state.root()));
    }

    /** What this program itself runs from: one jar, or the class path of a build. */
    private static String classPath() {
        try {
            Path own = Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own.toString().endsWith(".jar")
                            && !System.getProperty("java.class.path").contains(":")
                    ? own.toString()
                    : System.getProperty("java.class.path");
        } catch (URISyntaxException e) {
            throw new RefusedException("This program cannot find its own jar", "Start it with java -jar", e);
        }
    }
}
