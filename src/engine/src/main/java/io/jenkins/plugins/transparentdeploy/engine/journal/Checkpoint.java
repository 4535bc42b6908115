package io.jenkins.plugins.transparentdeploy.engine.journal;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * How far a chain was durable and whole when it was closed, in {@code checkpoint.json} beside its segments, so that the
 * next opener reads on from there. It is sealed as a record is. Losing it costs time; whoever wants proof reads the whole
 * chain, with a head that was kept elsewhere.
 *
 * @param segment number of the last segment
 * @param record where its last record begins, in bytes
 * @param end where it ends, line feed included, in bytes
 * @param head the last record
 */
@JsonPropertyOrder({"segment", "record", "end", "head"})
record Checkpoint(int segment, long record, long end, JournalHead head) {
    private static final String FILE = "checkpoint.json";

    /** The one of this chain; empty if there is none, or it is not as it was written. */
    static Optional<Checkpoint> read(Path directory) throws IOException {
        try {
            String line = Files.readString(directory.resolve(FILE), StandardCharsets.UTF_8);
            return Seal.isOn(line.stripTrailing())
                    ? Optional.of(Json.MAPPER.readValue(line, Checkpoint.class))
                    : Optional.empty();
        } catch (NoSuchFileException | JsonProcessingException | java.nio.charset.CharacterCodingException none) {
            return Optional.empty();
        }
    }

    /** Replaces the one of this chain, durably; what it says was synced before. */
    void write(Path directory) throws IOException {
        try {
            DurableFiles.write(directory.resolve(FILE), Seal.on(Json.MAPPER.writeValueAsString(this)) + "\n");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the record that it names is where it says. */
    boolean fits(List<Segment> segments) throws IOException {
        if (segment > segments.size() || record < 0 || end <= record) {
            return false;
        }
        try (FileChannel file = FileChannel.open(segments.get(segment - 1).file(), StandardOpenOption.READ)) {
            if (file.size() < end) {
                return false;
            }
            ByteBuffer line = ByteBuffer.allocate(Math.toIntExact(end - record));
            while (line.hasRemaining() && file.read(line, record + line.position()) >= 0) {
                // Until all of it is read.
            }
            String text = new String(line.array(), StandardCharsets.UTF_8);
            JournalRecord found = RecordFormat.parse(text.stripTrailing());
            return text.endsWith("\n") && head.equals(new JournalHead(found.seq(), found.hash()));
        } catch (RecordFormat.MalformedException e) {
            return false;
        }
    }
}
