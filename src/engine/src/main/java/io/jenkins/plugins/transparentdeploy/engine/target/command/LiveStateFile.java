package io.jenkins.plugins.transparentdeploy.engine.target.command;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.io.IOException;
import java.nio.file.Path;

/** Where a target keeps what it remembers. Written whole or not at all, and durable before anything relies on it. */
record LiveStateFile(Path path) {

    /** @throws CorruptStateException if it is not as it was written */
    LiveState read() throws IOException {
        try {
            return SealedJson.read(path, LiveState.class).orElse(LiveState.NOTHING);
        } catch (CorruptStateException e) {
            throw new CorruptStateException(
                    "What is live on a target is not known: " + e.problem(),
                    "Remove it; the next release or rollback then runs its command, whatever is live");
        }
    }

    void write(LiveState state) throws IOException {
        DurableFiles.createDirectories(path.getParent());
        SealedJson.write(path, state);
    }
}
