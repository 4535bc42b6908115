package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a chain, checking every link of it. Holds one record at a time.
 *
 * <p>What is not as it was written, at the end of the last segment, is torn rather than broken if a machine that stopped can
 * have left it and nobody can have been told of it: half a record, or one with zeros in it, behind which there may be others
 * (see {@link Line#mayBeTorn}). It is broken if it lies before what was durable when the chain was closed, or if a record
 * after it says that an operation was done whose intent, which was durable by then, comes after it too.
 */
final class ChainReader {
    private final List<Segment> segments;
    private final Optional<Checkpoint> durable;
    private final Optional<Checkpoint> from;
    private Optional<Checkpoint> last;
    private long position;
    private long tornFrom = -1;

    /**
     * The first thing that is wrong.
     *
     * @param file where
     * @param record position of the bad record in that file, from 1
     * @param reason what is wrong with it
     */
    record Break(Path file, long record, String reason) {
        /** Whether a newer version wrote it: it is sealed, so it is as it was written, and nothing of it may be given up. */
        boolean isNewer() {
            return reason.equals(RecordFormat.UNKNOWN_KIND);
        }

        CorruptStateException exception() {
            if (isNewer()) {
                return new CorruptStateException(
                        "Record " + record + " of " + file + " " + reason,
                        "Use the version that wrote it, or a newer one; nothing was changed");
            }
            return new CorruptStateException(
                    "The journal is broken: record " + record + " of " + file + " " + reason,
                    "Put the file back from a build's artifacts; `tdeploy journal verify` checks it");
        }
    }

    private ChainReader(List<Segment> segments, Optional<Checkpoint> durable, Optional<Checkpoint> from) {
        this.segments = segments;
        this.durable = durable;
        this.from = from;
        this.last = from;
    }

    /** From its first record. @param durable what must be whole, if anybody knows */
    static ChainReader ofAll(List<Segment> segments, Optional<Checkpoint> durable) {
        return new ChainReader(segments, durable, Optional.empty());
    }

    /** From where it was whole. @param checkpoint one that fits these segments */
    static ChainReader after(List<Segment> segments, Checkpoint checkpoint) {
        return new ChainReader(segments, Optional.of(checkpoint), Optional.of(checkpoint));
    }

    /**
     * Reads all there is.
     *
     * @param sink gets every good record before the first bad one
     */
    Optional<Break> read(Consumer<JournalRecord> sink) throws IOException {
        int first = from.map(Checkpoint::segment).orElse(1);
        for (Segment segment : segments) {
            if (segment.number() >= first) {
                Optional<Break> broken = readSegment(segment, sink);
                if (broken.isPresent()) {
                    return broken;
                }
            }
        }
        return Optional.empty();
    }

    /** The last good record. */
    JournalHead head() {
        return last.map(Checkpoint::head).orElse(JournalHead.EMPTY);
    }

    /** Where the last good record is; empty if there is none. */
    Optional<Checkpoint> last() {
        return last;
    }

    /** Where, in the last segment, begins what nobody was told of, in bytes; empty if it ends with a whole record. */
    Optional<Long> tornFrom() {
        return tornFrom < 0 ? Optional.empty() : Optional.of(tornFrom);
    }

    private Optional<Break> readSegment(Segment segment, Consumer<JournalRecord> sink) throws IOException {
        position = endIn(segment, from);
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.file()))) {
            in.skipNBytes(position);
            for (Line line = Line.read(in); !line.isNothing(); line = Line.read(in)) {
                number++;
                String problem = line.whole() ? accept(line, segment, sink) : "is cut off";
                if (!problem.isEmpty()) {
                    if (line.mayBeTorn() && isTorn(segment, in)) {
                        tornFrom = position;
                        return Optional.empty();
                    }
                    return Optional.of(new Break(segment.file(), number, problem));
                }
                position += line.bytes();
            }
        }
        return Optional.empty();
    }

    /** How much of a segment a checkpoint covers, in bytes. */
    private static long endIn(Segment segment, Optional<Checkpoint> checkpoint) {
        return checkpoint
                .filter(one -> one.segment() == segment.number())
                .map(Checkpoint::end)
                .orElse(0L);
    }

    /** @param rest what comes after the bad record, which begins at {@link #position} */
    private boolean isTorn(Segment segment, InputStream rest) throws IOException {
        boolean last = segment.equals(segments.get(segments.size() - 1));
        boolean wasDurable =
                durable.map(Checkpoint::segment).orElse(0) > segment.number() || position < endIn(segment, durable);
        if (!last || wasDurable) {
            return false;
        }
        for (Line line = Line.read(rest); !line.isNothing(); line = Line.read(rest)) {
            if (line.whole() && provesDurable(line.text())) {
                return false;
            }
        }
        return true;
    }

    private boolean provesDurable(String line) {
        try {
            JournalRecord record = RecordFormat.parse(line);
            return record instanceof JournalRecord.Done done && done.intent() > head().seq()
                    || record instanceof JournalRecord.Abandoned abandoned && abandoned.intent() > head().seq();
        } catch (RecordFormat.MalformedException e) {
            return false;
        }
    }

    /** What is wrong with this line as the next one; empty if nothing is. */
    private String accept(Line line, Segment segment, Consumer<JournalRecord> sink) {
        JournalRecord record;
        try {
            record = RecordFormat.parse(line.text());
        } catch (RecordFormat.MalformedException e) {
            return e.getMessage();
        }
        if (record.seq() != head().seq() + 1) {
            return "has the number " + record.seq() + " where " + (head().seq() + 1) + " is due";
        }
        if (!record.previous().equals(head().hash())) {
            return "does not continue the record before it";
        }
        last = Optional.of(new Checkpoint(
                segment.number(), position, position + line.bytes(), new JournalHead(record.seq(), record.hash())));
        sink.accept(record);
        return "";
    }
}
