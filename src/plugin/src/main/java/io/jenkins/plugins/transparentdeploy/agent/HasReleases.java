package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.agents.ControllerToAgentCallable;

/** Whether a host has any record of a service: one that is asked to roll back and has none is not the host it was. */
public record HasReleases(@CheckForNull String stateDirectory, String service, String environment)
        implements ControllerToAgentCallable<Boolean, IOException> {
    /** @return empty if the node is not connected */
    public static Optional<Boolean> ask(
            String node, @CheckForNull String stateDirectory, String service, String environment)
            throws IOException, InterruptedException {
        VirtualChannel channel = Agents.channel(node);
        return channel == null
                ? Optional.empty()
                : Optional.of(channel.call(new HasReleases(stateDirectory, service, environment)));
    }

    @Override
    public Boolean call() throws IOException {
        Path releases = AgentPaths.stateDirectory(stateDirectory)
                .resolve("services")
                .resolve(service)
                .resolve(environment)
                .resolve("releases");
        try (Stream<Path> all = Files.list(releases)) {
            return all.findAny().isPresent();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
