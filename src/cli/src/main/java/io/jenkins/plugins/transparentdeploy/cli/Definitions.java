package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentName;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentReader;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out what a request is about: from its service file, its overrides, or what the last release recorded. */
final class Definitions {
    private Definitions() {}

    /**
     * Reads the definition that a request names.
     *
     * @throws RefusedException when it names none, or one that cannot be
     */
    static EnvironmentDefinition resolve(StateDirectory state, Request request) throws IOException {
        if (request.environment() == null) {
            throw new RefusedException("The request names no environment", "Name one with --environment");
        }
        if (request.definition() != null) {
            return EnvironmentReader.read(request.service(), request.environment(), request.definition());
        }
        JsonNode overrides = request.overrides() == null ? JsonNodeFactory.instance.objectNode() : request.overrides();
        if (request.serviceFile() != null) {
            ServiceFile file = ServiceFile.read(Path.of(request.serviceFile()));
            if (request.service() != null && !request.service().equals(file.service())) {
                throw new RefusedException(
                        request.serviceFile() + " describes the service '" + file.service() + "', not '"
                                + request.service() + "'",
                        "Name the right file, or leave the service out");
            }
            return goesBack(request)
                    ? file.environmentAsAccepted(request.environment(), overrides)
                    : file.environment(request.environment(), overrides);
        }
        if (request.service() == null) {
            throw new RefusedException(
                    "The request names neither a service nor a service file",
                    "Name one with --service or --file, or run where a " + ServiceFile.DEFAULT_NAME + " is");
        }
        Optional<ReleaseRecord> newest = releases(request)
                ? Optional.empty()
                : current(new ReleaseHistory(state.environment(request.service(), request.environment())));
        if (newest.isPresent()) {
            return ServiceFile.recorded(
                    request.service(), request.environment(), newest.get().resolvedServiceFile(), overrides);
        }
        if (overrides.isEmpty()) {
            throw KnownEnvironments.of(state).unknown(new EnvironmentName(request.service(), request.environment()));
        }
        return ServiceFile.empty(request.service()).environment(request.environment(), overrides);
    }

    /** What runs: a release that has not come to its end, else what is live, else whatever there was. */
    private static Optional<ReleaseRecord> current(ReleaseHistory history) throws IOException {
        Optional<ReleaseRecord> unfinished = history.unfinished();
        if (unfinished.isPresent()) {
            return unfinished;
        }
        Optional<ReleaseRecord> live = history.live();
        return live.isPresent()
                ? Optional.of(history.content(live.get()))
                : history.newest(1).stream().findFirst();
    }

    /** Whether something new is released: that is described by whoever asks, not by what was there before. */
    private static boolean releases(Request request) {
        return switch (request.command()) {
            case deploy, run -> !isEmpty(request.overrides());
            default -> false;
        };
    }

    /** Whether it brings back, or to its end, what was accepted when it was released. */
    private static boolean goesBack(Request request) {
        return switch (request.command()) {
            case rollback, recover, complete, giveUp, converge -> true;
            default -> false;
        };
    }

    private static boolean isEmpty(JsonNode overrides) {
        return overrides == null || overrides.isEmpty();
    }
}
