package io.jenkins.plugins.transparentdeploy.engine.target.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command of the service's author.
 *
 * @param argv the program and its arguments; no shell reads them
 * @param variables added to the few that every program needs; never a secret
 * @param environmentFile {@code NAME=value} lines read when it runs, and never recorded
 * @param directory where it runs
 * @param timeout after which it is killed, with everything it started
 */
public record TargetCommand(
        List<String> argv,
        Map<String, String> variables,
        Optional<Path> environmentFile,
        Path directory,
        Duration timeout) {
    public TargetCommand {
        argv = List.copyOf(argv);
        variables = Map.copyOf(variables);
    }

    /** The same with further variables. */
    public TargetCommand with(Map<String, String> further) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(further);
        return new TargetCommand(argv, all, environmentFile, directory, timeout);
    }
}
