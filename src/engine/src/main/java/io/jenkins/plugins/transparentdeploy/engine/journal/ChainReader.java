package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a chain from its first record, checking every link of it. Holds one record at a time. */
final class ChainReader {
    private final List<Segment> segments;
    private JournalHead head = JournalHead.EMPTY;
    private long tornFrom = -1;

    /**
     * The first thing that is wrong.
     *
     * @param file where
     * @param record position of the bad record in that file, from 1
     * @param reason what is wrong with it
     */
    record Break(Path file, long record, String reason) {
        CorruptStateException exception() {
            return new CorruptStateException(
                    "The journal is broken: record " + record + " of " + file + " " + reason,
                    "Put the file back from a build's artifacts; `tdeploy journal verify` checks it");
        }
    }

    ChainReader(List<Segment> segments) {
        this.segments = segments;
    }

    /**
     * Reads all there is.
     *
     * @param sink gets every good record before the first bad one
     */
    Optional<Break> read(Consumer<JournalRecord> sink) throws IOException {
        for (Segment segment : segments) {
            Optional<Break> broken = readSegment(segment, sink);
            if (broken.isPresent()) {
                return broken;
            }
        }
        return Optional.empty();
    }

    /** The last good record. */
    JournalHead head() {
        return head;
    }

    /** Where, in the last segment, a line begins whose writer died; empty if it ends with a whole line. */
    Optional<Long> tornFrom() {
        return tornFrom < 0 ? Optional.empty() : Optional.of(tornFrom);
    }

    private Optional<Break> readSegment(Segment segment, Consumer<JournalRecord> sink) throws IOException {
        long position = 0;
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.file()))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                if (octet != '\n') {
                    line.write(octet);
                    continue;
                }
                number++;
                position += line.size() + 1L;
                String problem = accept(line.toString(StandardCharsets.UTF_8), sink);
                if (!problem.isEmpty()) {
                    return Optional.of(new Break(segment.file(), number, problem));
                }
                line.reset();
            }
            if (line.size() > 0) {
                if (!segment.equals(segments.get(segments.size() - 1))) {
                    return Optional.of(new Break(segment.file(), number + 1, "is cut off"));
                }
                tornFrom = position;
            }
        }
        return Optional.empty();
    }

    /** What is wrong with this line as the next one; empty if nothing is. */
    private String accept(String line, Consumer<JournalRecord> sink) {
        JournalRecord record;
        try {
            record = RecordFormat.parse(line);
        } catch (RecordFormat.MalformedException e) {
            return e.getMessage();
        }
        if (record.seq() != head.seq() + 1) {
            return "has the number " + record.seq() + " where " + (head.seq() + 1) + " is due";
        }
        if (!record.previous().equals(head.hash())) {
            return "does not continue the record before it";
        }
        head = new JournalHead(record.seq(), record.hash());
        sink.accept(record);
        return "";
    }
}
