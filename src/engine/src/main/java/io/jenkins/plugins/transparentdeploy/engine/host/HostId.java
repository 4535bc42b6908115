package io.jenkins.plugins.transparentdeploy.engine.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Who a host is: a random id in its state directory. A release is rolled back only where it runs, and names and
 * addresses move between machines. Whether a state directory has been copied to another one is what {@link Whereabouts} are
 * for.
 *
 * @param value a UUID in its usual form
 */
public record HostId(@JsonValue String value) {
    private static final String FILE = "host-id";

    /** @throws IllegalArgumentException when the value is not a UUID */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public HostId {
        if (!UUID.fromString(value).toString().equals(value)) {
            throw new IllegalArgumentException("Not a host id: " + value);
        }
    }

    /**
     * Reads the id, or makes one. Of several that make one at the same time, all return the one that stays.
     *
     * @param stateDirectory created when missing
     * @throws CorruptStateException when there is a file that holds no id
     */
    public static HostId load(Path stateDirectory) throws IOException {
        Path file = file(stateDirectory);
        if (!Files.exists(file)) {
            DurableFiles.createDirectories(stateDirectory);
            create(stateDirectory);
        }
        String value = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        try {
            return new HostId(value);
        } catch (IllegalArgumentException e) {
            throw new CorruptStateException(
                    "The host id in " + file + " is not a UUID",
                    "Restore the file from a backup, or delete it if no release of this host is to be rolled back");
        }
    }

    /** Where it is. */
    public static Path file(Path stateDirectory) {
        return stateDirectory.resolve(FILE);
    }

    /** A link, unlike a rename, never replaces what is there: the first one in stays. */
    private static void create(Path stateDirectory) throws IOException {
        Path complete = stateDirectory.resolve("." + FILE + "." + UUID.randomUUID());
        DurableFiles.write(complete, UUID.randomUUID() + "\n");
        try {
            Files.createLink(file(stateDirectory), complete);
            DurableFiles.fsyncDirectory(stateDirectory);
        } catch (FileAlreadyExistsException e) {
            // Another process was first, and its id is complete.
        } finally {
            Files.deleteIfExists(complete);
        }
    }

    /**
     * Makes this host the one with that id, on behalf of somebody who knows that the other one is gone. Idempotent.
     *
     * @param stateDirectory of this host
     */
    public static void takeOver(Path stateDirectory, HostId id) throws IOException {
        DurableFiles.write(file(stateDirectory), id.value() + "\n");
    }

    @Override
    public String toString() {
        return value;
    }
}
