package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What somebody asks of the process that is releasing, about its steps. Left as a file in the environment's directory, so
 * that it reaches a process whose starter is gone; see {@link StepGate} for what is done about it.
 */
public record StepRequest(Actor actor, String reason) {
    /** What can be asked. */
    public enum Kind {
        /** To go no further than the end of the present step, until resumed or promoted. */
        PAUSE("pause.json", "paused"),
        /** To go on after a pause. */
        RESUME("resume.json", "resumed"),
        /** To skip the rest of the present wait or judgement. */
        PROMOTE("promote.json", "promoted");

        private final String fileName;
        private final String done;

        Kind(String fileName, String done) {
            this.fileName = fileName;
            this.done = done;
        }

        private Path in(EnvironmentDirectory directory) {
            return directory.root().resolve(fileName);
        }
    }

    /** Leaves the request for whoever holds the environment's lock. Idempotent: the newest request counts. */
    public void leaveIn(EnvironmentDirectory directory, Kind kind) throws IOException {
        DurableFiles.write(kind.in(directory), Json.MAPPER.writeValueAsBytes(this));
    }

    static Optional<StepRequest> findIn(EnvironmentDirectory directory, Kind kind) {
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(kind.in(directory)), StepRequest.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Somebody asked, whatever became of the words.
            return Optional.of(new StepRequest(new Actor("somebody", "unknown", Optional.empty()), ""));
        }
    }

    static void clear(EnvironmentDirectory directory, Kind kind) throws IOException {
        Files.deleteIfExists(kind.in(directory));
    }

    static void clearAll(EnvironmentDirectory directory) throws IOException {
        for (Kind kind : Kind.values()) {
            clear(directory, kind);
        }
    }

    String told(Kind kind) {
        return kind.done + " by " + actor.who() + (reason.isBlank() ? "" : ": " + reason);
    }
}
