package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Abandoned;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Done;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A chain for those who only read it: needs no lock, works beside a writer and on a copy, changes nothing. */
public final class JournalFiles {
    private JournalFiles() {}

    /** All segments, in order; none if the directory is missing. @throws CorruptStateException if one is missing */
    public static List<Segment> segments(Path directory) throws IOException {
        return Segment.allIn(directory);
    }

    /**
     * All records of a release, in order; none if there is no such release. Half a record at the end of the last segment is
     * left out: a writer may be at it right now.
     *
     * @throws CorruptStateException if a record of it does not match its hash
     */
    public static List<JournalRecord> records(Path directory, String releaseId) throws IOException {
        return recordsOf(segments(directory), releaseId);
    }

    /**
     * Reads the records of some segments, in order, one after the other.
     *
     * @param wanted of which segments
     * @throws CorruptStateException at the first record that is not as it was written; names file and record
     */
    public static void read(Path directory, Predicate<Segment> wanted, Consumer<JournalRecord> reader)
            throws IOException {
        read(segments(directory), wanted, reader);
    }

    /** Checks a chain. Never throws because of what is in it. */
    public static JournalReport verify(Path directory) throws IOException {
        return verify(directory, JournalHead.EMPTY);
    }

    /** Checks a chain, and that it still has the record that was its last at some time. */
    public static JournalReport verify(Path directory, JournalHead expected) throws IOException {
        // Before the segments, which somebody may be adding to.
        Optional<Checkpoint> checkpoint = Checkpoint.read(directory);
        List<Segment> segments;
        try {
            segments = Segment.allIn(directory);
        } catch (CorruptStateException e) {
            return new JournalReport(JournalReport.Status.BROKEN, 0, JournalHead.EMPTY, e.getMessage());
        }
        ChainReader chain = ChainReader.ofAll(segments, checkpoint);
        List<JournalHead> kept = new ArrayList<>(List.of(expected));
        checkpoint.ifPresent(one -> kept.add(one.head()));
        Set<JournalHead> found = new HashSet<>(Set.of(JournalHead.EMPTY));
        Optional<ChainReader.Break> broken = chain.read(record -> {
            JournalHead here = new JournalHead(record.seq(), record.hash());
            if (kept.contains(here)) {
                found.add(here);
            }
        });
        JournalHead head = chain.head();
        if (broken.isPresent()) {
            return report(
                    JournalReport.Status.BROKEN, head, broken.get().exception().getMessage());
        }
        for (JournalHead missing : kept) {
            if (!found.contains(missing)) {
                return report(JournalReport.Status.TAIL_MISSING, head, missing(directory, head, missing));
            }
        }
        return chain.tornFrom().isPresent()
                ? report(JournalReport.Status.TORN, head, "The last record is not finished; nobody was told of it")
                : report(JournalReport.Status.OK, head, "");
    }

    private static String missing(Path directory, JournalHead head, JournalHead missing) {
        return head.seq() < missing.seq()
                ? "The journal %s ends with record %d, but there was a record %d"
                        .formatted(directory, head.seq(), missing.seq())
                : "Record %d of the journal %s is not the one that was there".formatted(missing.seq(), directory);
    }

    /** For who cannot go on with such a chain. */
    static CorruptStateException corrupt(JournalReport report) {
        return report.status() == JournalReport.Status.TAIL_MISSING
                ? new CorruptStateException(
                        report.problem(), "Put the missing part back from a build's artifacts, or from a backup")
                : new CorruptStateException(
                        report.problem().replaceAll("\\.$", ""), "Nothing goes on with it until it is as it was");
    }

    /** The intents among these records, in order, that are neither done nor abandoned. */
    public static List<Intent> unfinished(List<JournalRecord> records) {
        Map<Long, Intent> open = new TreeMap<>();
        records.forEach(record -> note(record, open));
        return List.copyOf(open.values());
    }

    /** As {@link #unfinished(List)}, of all records of a release, which are not in memory together. */
    static List<Intent> unfinishedOf(List<Segment> segments, String releaseId) throws IOException {
        Map<Long, Intent> open = new TreeMap<>();
        read(segments, of(releaseId), record -> note(record, open));
        return List.copyOf(open.values());
    }

    private static void note(JournalRecord record, Map<Long, Intent> open) {
        if (record instanceof Intent intent) {
            open.put(intent.seq(), intent);
        } else if (record instanceof Done done) {
            open.remove(done.intent());
        } else if (record instanceof Abandoned abandoned) {
            open.remove(abandoned.intent());
        }
    }

    /** The operations among these records that were done, in the order in which they were. */
    public static List<Operation> done(List<JournalRecord> records) {
        Map<Long, Operation> intended = new TreeMap<>();
        List<Operation> operations = new ArrayList<>();
        for (JournalRecord record : records) {
            if (record instanceof Intent intent) {
                intended.put(intent.seq(), intent.operation());
            } else if (record instanceof Done done && intended.containsKey(done.intent())) {
                operations.add(intended.get(done.intent()));
            }
        }
        return operations;
    }

    /** @param segments all of them */
    static List<JournalRecord> recordsOf(List<Segment> segments, String releaseId) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        read(segments, of(releaseId), records::add);
        return records;
    }

    /** Those of one segment. @param segments all of them */
    static List<JournalRecord> recordsIn(List<Segment> segments, int index) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        read(segments.get(index), index == segments.size() - 1, records::add);
        return records;
    }

    static boolean hasRecord(List<Segment> segments, int index, JournalHead wanted) throws IOException {
        return recordsIn(segments, index).stream()
                .anyMatch(record -> wanted.equals(new JournalHead(record.seq(), record.hash())));
    }

    private static Predicate<Segment> of(String releaseId) {
        return segment -> segment.releaseId().equals(releaseId);
    }

    private static void read(List<Segment> segments, Predicate<Segment> wanted, Consumer<JournalRecord> reader)
            throws IOException {
        for (Segment segment : segments) {
            if (wanted.test(segment)) {
                read(segment, segment.equals(segments.get(segments.size() - 1)), reader);
            }
        }
    }

    /** @param growing whether it is the one that a writer may be at, which may end with half a record */
    private static void read(Segment segment, boolean growing, Consumer<JournalRecord> reader) throws IOException {
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.file()))) {
            for (Line line = Line.read(in); !line.isNothing(); line = Line.read(in)) {
                number++;
                try {
                    reader.accept(RecordFormat.parse(line.text()));
                } catch (RecordFormat.MalformedException e) {
                    if (growing && line.mayBeTorn() && in.read() < 0) {
                        return;
                    }
                    throw new ChainReader.Break(segment.file(), number, e.getMessage()).exception();
                }
            }
        }
    }

    private static JournalReport report(JournalReport.Status status, JournalHead head, String problem) {
        return new JournalReport(status, head.seq(), head, problem);
    }
}
