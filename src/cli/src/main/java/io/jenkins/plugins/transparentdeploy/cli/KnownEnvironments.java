package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentName;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was released from here: what somebody means who names no service, and what to tell who names an unknown one. */
record KnownEnvironments(StateDirectory state, List<EnvironmentName> names) {

    static KnownEnvironments of(StateDirectory state) throws IOException {
        return new KnownEnvironments(state, EnvironmentName.allIn(state));
    }

    /** Empty unless there is exactly one. */
    Optional<String> onlyService() {
        List<String> services =
                names.stream().map(EnvironmentName::service).distinct().toList();
        return services.size() == 1 ? Optional.of(services.get(0)) : Optional.empty();
    }

    /** Empty unless there is exactly one. */
    Optional<String> onlyEnvironmentOf(String service) {
        List<EnvironmentName> environments =
                names.stream().filter(name -> name.service().equals(service)).toList();
        return environments.size() == 1 ? Optional.of(environments.get(0).environment()) : Optional.empty();
    }

    boolean knows(EnvironmentName name) {
        return names.contains(name);
    }

    /** @param problem what is not named */
    RefusedException unnamed(String problem) {
        return new RefusedException(
                problem,
                names.isEmpty()
                        ? "Name one with --service and --environment, or a service file with --file; nothing was released"
                                + " from " + state.root() + " yet"
                        : "Name one with --service and --environment, or a service file with --file. Released from here: "
                                + listed());
    }

    RefusedException unknown(EnvironmentName name) {
        return new RefusedException(
                "No release of " + name + " is known in " + state.root(),
                names.isEmpty()
                        ? "Name another state directory with --state-dir, or a service file with --file"
                        : "Known are: " + listed());
    }

    private String listed() {
        return names.stream().map(EnvironmentName::toString).collect(Collectors.joining(", "));
    }
}
