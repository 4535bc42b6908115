package io.jenkins.plugins.transparentdeploy.engine.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
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

    /** The newest form of any record that this version reads; it has only this one. */
    private static final int SCHEMA = 1;

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
     * @throws RefusedException if a newer version wrote it, in a form that this one does not know
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
        JsonNode record;
        try {
            record = Json.MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw damaged(file, e.getOriginalMessage());
        }
        if (!record.isObject()) {
            throw damaged(file, "it holds no record");
        }
        if (record.path("schema").asInt(SCHEMA) > SCHEMA) {
            throw newer(file, "it has the form " + record.get("schema"), null);
        }
        try {
            return Optional.of(Json.MAPPER.treeToValue(record, type));
        } catch (JsonProcessingException e) {
            if (end >= 0) {
                // It is as it was written, so somebody meant something by it.
                throw newer(file, e.getOriginalMessage(), e);
            }
            throw damaged(file, e.getOriginalMessage());
        }
    }

    private static RefusedException newer(Path file, String how, Exception cause) {
        return new RefusedException(
                file + " was written by a newer version of this program, and cannot be read: " + how,
                "Use the version that wrote it, or a newer one; nothing was changed",
                cause);
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
