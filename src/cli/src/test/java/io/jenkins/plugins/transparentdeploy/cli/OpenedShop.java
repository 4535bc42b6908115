package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** The service shop and its environment production, released to by the test's own process; versions 1 and 2 are there. */
final class OpenedShop {
    private final Path directory;
    private final StateDirectory state;

    OpenedShop(Path directory) throws IOException {
        this.directory = directory;
        state = StateDirectory.open(directory.resolve("state"));
        Files.createDirectories(directory.resolve("live"));
        for (String version : new String[] {"1", "2"}) {
            Files.writeString(Files.createDirectory(content(version)).resolve("app"), version);
        }
    }

    Path content(String version) {
        return directory.resolve(version);
    }

    Path live() {
        return directory.resolve("live/app");
    }

    EnvironmentDirectory environment() throws IOException {
        return state.environment("shop", "production");
    }

    /** @param ready the shell command that says whether it is ready */
    EnvironmentBuilder builder(String ready) throws IOException {
        return new EnvironmentBuilder(
                ServiceFile.parse(
                                "test",
                                """
                                service: shop
                                environments:
                                  production:
                                    target: {directory: '%s/live'}
                                    ready: {command: [sh, -c, '%s'], timeout: 300s, attemptTimeout: 290s}
                                """
                                        .formatted(directory, ready))
                        .environment("production", JsonNodeFactory.instance.objectNode()),
                state,
                LocalHost.open(state.root()));
    }

    static Holder holder(String who) {
        return Holder.thisProcess(who, "test", Clock.systemUTC());
    }

    static ReleaseRequest request(String version) {
        return new ReleaseRequest(version, Optional.empty(), Worker.defaultActor(), Optional.empty(), false);
    }
}
