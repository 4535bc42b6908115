package io.jenkins.plugins.transparentdeploy.engine.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** How a record is a line: see the package. */
final class RecordFormat {
    /** A line that is not a record. Its message says why, as the end of a sentence. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String reason) {
            super(reason);
        }
    }

    /**
     * A record with the line that it is.
     *
     * @param record what it says
     * @param line UTF-8, line feed included
     */
    record Line(JournalRecord record, byte[] line) {}

    /** What is wrong with a record that is as it was written: a newer version wrote it. */
    static final String UNKNOWN_KIND = "is of a kind that this version does not know";

    private RecordFormat() {}

    /** Seals a record: whatever its hash was, it becomes the right one. */
    static Line seal(JournalRecord unsealed) {
        try {
            ObjectNode json = Json.MAPPER.valueToTree(unsealed);
            json.remove("hash");
            String text = Json.MAPPER.writeValueAsString(json);
            json.put("hash", Seal.of(text));
            return new Line(
                    Json.MAPPER.treeToValue(json, JournalRecord.class),
                    (Seal.on(text) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param line without its line feed */
    static JournalRecord parse(String line) throws MalformedException {
        if (!Seal.isSealed(line)) {
            throw new MalformedException("has no hash");
        }
        if (!Seal.isOn(line)) {
            throw new MalformedException("does not match its hash");
        }
        try {
            return Json.MAPPER.readValue(line, JournalRecord.class);
        } catch (JsonProcessingException e) {
            throw new MalformedException(UNKNOWN_KIND);
        }
    }
}
