package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import jenkins.agents.ControllerToAgentCallable;

/**
 * Puts {@code tdeploy.jar} on an agent, once per version: its name carries the hash of its content, it is verified on
 * the agent and appears by one atomic rename. Idempotent, and safe when two builds do it at once.
 */
final class TdeployInstallation {
    private static final Duration SETTLED = Duration.ofHours(1);

    private TdeployInstallation() {}

    /**
     * @param stateDirectory where releases keep their state on that host, or null for {@code ~/.transparent-deploy}
     * @return the absolute path of the jar on the agent
     * @throws IOException if the agent cannot be written to, or is one that releases cannot run on
     */
    static String ensure(VirtualChannel channel, @CheckForNull String stateDirectory)
            throws IOException, InterruptedException {
        Place place = channel.call(new Locate(stateDirectory, TdeployJar.sha256()));
        if (!place.verified()) {
            String temporary = place.jar() + "." + UUID.randomUUID() + ".tmp";
            try (InputStream jar = TdeployJar.open()) {
                new FilePath(channel, temporary).copyFrom(jar);
            }
            channel.call(new Publish(temporary, place.jar(), TdeployJar.sha256()));
        }
        return place.jar();
    }

    record Place(String jar, boolean verified) implements java.io.Serializable {}

    record Locate(@CheckForNull String stateDirectory, String sha256)
            implements ControllerToAgentCallable<Place, IOException> {
        @Override
        public Place call() throws IOException {
            AgentPaths.requirePosix();
            Path tools = Files.createDirectories(
                    AgentPaths.stateDirectory(stateDirectory).resolve("tools"));
            Path jar = tools.resolve("tdeploy-" + sha256.substring(0, 16) + ".jar");
            boolean verified = Files.isRegularFile(jar)
                    && TdeployJar.digestOf(() -> Files.newInputStream(jar)).equals(sha256);
            if (verified && isHereToStay(jar)) {
                TdeployProcess.archiveClasses(jar.toString());
            }
            return new Place(jar.toString(), verified);
        }

        /** Whether it is worth a few seconds of a processor, which an agent that is made for one build never gets back. */
        private static boolean isHereToStay(Path jar) throws IOException {
            Instant came = Files.getLastModifiedTime(jar).toInstant();
            if (came.isAfter(Instant.now().minus(SETTLED))) {
                return false;
            }
            try {
                // Once for each jar, whatever comes of it.
                Files.createFile(jar.resolveSibling(jar.getFileName() + ".archived"));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        }
    }

    record Publish(String temporary, String jar, String sha256)
            implements ControllerToAgentCallable<Boolean, IOException> {
        @Override
        public Boolean call() throws IOException {
            Path received = Path.of(temporary);
            try {
                if (!TdeployJar.digestOf(() -> Files.newInputStream(received)).equals(sha256)) {
                    throw new IOException(received + " is not what was sent. Check the disk of this agent.");
                }
                Files.move(received, Path.of(jar), StandardCopyOption.ATOMIC_MOVE);
                return true;
            } finally {
                Files.deleteIfExists(received);
            }
        }
    }
}
