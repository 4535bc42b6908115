package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The environment of what the service's author wrote: of what the host gives it only what every program needs, so that a
 * build's secrets do not end up in the service or in what a check prints, and a rollback from elsewhere runs it alike. Names
 * are taken away by {@code env}; values never stand on a command line.
 */
public final class OwnEnvironment {
    private static final Pattern KEPT_VARIABLE =
            Pattern.compile("PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME");

    private OwnEnvironment() {}

    /** The same command, with nothing else of the host's environment. A program that is not there is {@code env}'s to tell. */
    public static Command of(Command command, Host host) throws IOException {
        List<String> cleaned = new ArrayList<>(List.of("env"));
        for (String name : new TreeSet<>(host.variables())) {
            if (!KEPT_VARIABLE.matcher(name).matches()
                    && !command.environment().containsKey(name)
                    && !name.contains("=")) {
                cleaned.addAll(List.of("-u", name));
            }
        }
        cleaned.addAll(command.argv());
        return new Command(cleaned, command.environment(), command.directory());
    }
}
