package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A command that the service's author wrote, with an environment of its own: of what the host gives it only what every
 * program needs, so that a build's secrets do not end up in the service, and a rollback from elsewhere runs it alike.
 * Names are taken away by {@code env}; values never stand on a command line.
 */
record AuthorCommand(List<String> argv, Map<String, String> variables, Optional<Path> environmentFile, Path directory) {
    private static final Pattern KEPT_VARIABLE =
            Pattern.compile("PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME");

    /** As it is to be run now on a host; its environment file, which is a file of that host, is read for it. */
    Command resolve(Host host) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(variables);
        if (environmentFile.isPresent()) {
            environment.putAll(new EnvironmentFile(environmentFile.get()).read(host.files()));
        }
        List<String> cleaned = new ArrayList<>(List.of("env"));
        for (String name : new TreeSet<>(host.variables())) {
            if (!KEPT_VARIABLE.matcher(name).matches() && !environment.containsKey(name) && !name.contains("=")) {
                cleaned.addAll(List.of("-u", name));
            }
        }
        cleaned.addAll(argv);
        return new Command(cleaned, environment, Optional.of(directory));
    }
}
