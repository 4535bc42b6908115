package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.OwnEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command that the service's author wrote, with {@link OwnEnvironment an environment of its own}. */
record AuthorCommand(List<String> argv, Map<String, String> variables, Optional<Path> environmentFile, Path directory) {
    /** As it is to be run now on a host; its environment file, which is a file of that host, is read for it. */
    Command resolve(Host host) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(variables);
        if (environmentFile.isPresent()) {
            environment.putAll(new EnvironmentFile(environmentFile.get()).read(host.files()));
        }
        return OwnEnvironment.of(new Command(argv, environment, Optional.of(directory)), host);
    }
}
