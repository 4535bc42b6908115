package io.jenkins.plugins.transparentdeploy.engine.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Who a host is: a random id in its state directory. A release is rolled back only where it runs, and names and
 * addresses move between machines.
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
        Path file = stateDirectory.resolve(FILE);
        if (!Files.exists(file)) {
            Files.createDirectories(stateDirectory);
            create(file);
        }
        String value = Files.readString(file, StandardCharsets.UTF_8).strip();
        try {
            return new HostId(value);
        } catch (IllegalArgumentException e) {
            throw new CorruptStateException(
                    "The host id in " + file + " is not a UUID",
                    "Restore the file from a backup, or delete it if no release of this host is to be rolled back");
        }
    }

    /** A link, unlike a rename, never replaces what is there: the first one in stays. */
    private static void create(Path file) throws IOException {
        Path complete = Files.createTempFile(file.getParent(), FILE, ".new");
        try {
            try (FileChannel channel = FileChannel.open(complete, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(UUID.randomUUID() + "\n");
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.createLink(file, complete);
        } catch (FileAlreadyExistsException e) {
            // Another process was first, and its id is complete.
            return;
        } finally {
            Files.deleteIfExists(complete);
        }
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
