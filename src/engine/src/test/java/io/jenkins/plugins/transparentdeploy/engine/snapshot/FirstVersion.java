package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stores as the first version did, which gave each object a file. */
public final class FirstVersion {
    private FirstVersion() {}

    public static void put(Path store, byte[] content) throws IOException {
        Path file = new StoreLayout(store).object(ContentId.of(content));
        Files.createDirectories(file.getParent());
        Files.write(file, StoredForm.encode(content));
    }
}
