package io.jenkins.plugins.transparentdeploy.engine.target.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a target keeps what it remembers. Written whole or not at all, and durable before anything relies on it. */
record LiveStateFile(Path path) {

    /** @throws CorruptStateException if it is not as it was written */
    LiveState read() throws IOException {
        try {
            return Json.MAPPER.readValue(Files.readAllBytes(path), LiveState.class);
        } catch (NoSuchFileException none) {
            return LiveState.NOTHING;
        } catch (JsonProcessingException e) {
            throw new CorruptStateException(
                    path + ", which says what is live on a target, is damaged: " + e.getOriginalMessage(),
                    "Remove it; the next release or rollback then runs its command, whatever is live");
        }
    }

    void write(LiveState state) throws IOException {
        DurableFiles.createDirectories(path.getParent());
        DurableFiles.write(path, Json.MAPPER.writeValueAsBytes(state));
    }
}
