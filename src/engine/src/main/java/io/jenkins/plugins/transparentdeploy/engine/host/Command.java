package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A program and its arguments; no shell reads them. What the environment holds may be secret, so it is never printed.
 *
 * @param argv the program and its arguments; at least the program
 * @param environment variables added to the host's own, or put in their place
 * @param directory where to run it; empty for the host's default
 */
public record Command(List<String> argv, Map<String, String> environment, Optional<Path> directory) {
    /** @throws RefusedException when there is no program, or something in it that no POSIX process can be given */
    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty() || argv.get(0).isBlank()) {
            throw new RefusedException("A command is empty", "Give the program to run as its first word");
        }
        for (String word : argv) {
            if (word.indexOf('\0') >= 0) {
                throw new RefusedException(
                        "The command '" + argv.get(0) + "' has an argument with a NUL character in it", "Remove it");
            }
        }
        environment.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new RefusedException(
                        "The environment variable '" + name + "' cannot be given to a process",
                        "Use a name without '=' and a value without NUL characters");
            }
        });
    }

    /** A command in the host's default directory with nothing added to its environment. */
    public static Command of(String... argv) {
        return new Command(List.of(argv), Map.of(), Optional.empty());
    }

    /** A script for the POSIX shell, as an author writes it in one line. */
    public static Command shell(String script) {
        return of("sh", "-c", script);
    }

    /** The same command, run elsewhere. */
    public Command in(Path directory) {
        return new Command(argv, environment, Optional.of(directory));
    }

    /** The same command with these variables and no others added to the host's environment. */
    public Command with(Map<String, String> environment) {
        return new Command(argv, environment, directory);
    }

    /** The words, and the names (never the values) of the environment. */
    @Override
    public String toString() {
        return String.join(" ", argv)
                + (environment.isEmpty() ? "" : " with " + String.join(", ", new TreeSet<>(environment.keySet())))
                + directory.map(path -> " in " + path).orElse("");
    }
}
