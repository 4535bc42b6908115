package io.jenkins.plugins.transparentdeploy.engine.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Records for people and programs to read, as indented JSON. The last member, {@code "seal"}, is the SHA-256 of the UTF-8
 * bytes before the comma that precedes it, so that a damaged disk shows. Records of versions before the seal have none.
 */
public final class SealedJson {
    private static final String SEAL = ",\n  \"seal\" : \"";
    private static final String END = "\"\n}";

    private SealedJson() {}

    /** Writes a record, durably. @param value something that is an object in JSON, with at least one member */
    public static void write(Path file, Object value) throws IOException {
        String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        String sealed = text.substring(0, text.lastIndexOf('}')).stripTrailing();
        DurableFiles.write(file, sealed + SEAL + sealOf(sealed) + END + "\n");
    }

    /**
     * Reads a record; empty if there is none.
     *
     * @throws CorruptStateException if it is not as it was written
     */
    public static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf(SEAL);
        if (end >= 0 && !text.substring(end).stripTrailing().equals(SEAL + sealOf(text.substring(0, end)) + END)) {
            throw damaged(file, "it does not match its seal");
        }
        try {
            return Optional.of(Json.MAPPER.readValue(bytes, type));
        } catch (JsonProcessingException e) {
            throw damaged(file, e.getOriginalMessage());
        }
    }

    private static CorruptStateException damaged(Path file, String how) {
        boolean ofRelease = file.endsWith("release.json");
        return new CorruptStateException(
                file + " cannot be read: " + how,
                "Restore it from the artifacts of the build that made it, or move "
                        + (ofRelease ? "its directory" : "it") + " away");
    }

    private static String sealOf(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
