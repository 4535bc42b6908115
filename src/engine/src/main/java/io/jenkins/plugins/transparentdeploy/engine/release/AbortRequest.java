package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Somebody asks the process that is releasing to give up and roll back. Left as a file in the environment's directory,
 * so that it reaches a process whose starter is gone.
 */
public record AbortRequest(Actor actor, String reason) {

    /** Leaves the request for whoever holds the environment's lock. Idempotent: the newest request counts. */
    public void leaveIn(EnvironmentDirectory directory) throws IOException {
        DurableFiles.write(directory.abortRequest(), Json.MAPPER.writeValueAsBytes(this));
    }

    static Optional<AbortRequest> findIn(EnvironmentDirectory directory) {
        Path file = directory.abortRequest();
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), AbortRequest.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new AbortRequest(new Actor("somebody", "unknown", Optional.empty()), "aborted"));
        }
    }

    static void clear(EnvironmentDirectory directory) throws IOException {
        Files.deleteIfExists(directory.abortRequest());
    }

    @Override
    public String toString() {
        return "aborted by " + actor.who() + (reason.isBlank() ? "" : ": " + reason);
    }
}
