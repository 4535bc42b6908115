package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Abandoned;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Done;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Note;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.State;
import io.jenkins.plugins.transparentdeploy.engine.storage.AppendOnlyFile;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The one writer of a chain; see the package for what it writes. Safe for use by several threads. Nothing given to it may
 * hold a secret: callers scrub.
 */
public final class Journal implements Closeable {
    private final Path directory;
    private final Clock clock;
    private final JournalObserver observer;
    private final ProcessLock lock;
    private final List<Segment> segments;
    private final CommandHistory commands;
    private JournalHead head;
    private AppendOnlyFile file;

    private Journal(
            Path directory,
            Clock clock,
            JournalObserver observer,
            ProcessLock lock,
            List<Segment> segments,
            JournalHead head,
            CommandHistory commands)
            throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.observer = observer;
        this.lock = lock;
        this.segments = new ArrayList<>(segments);
        this.head = head;
        this.commands = commands;
        if (!segments.isEmpty()) {
            file = AppendOnlyFile.open(segments.get(segments.size() - 1).file());
        }
    }

    /**
     * Opens a chain, or begins one, and checks every record. A torn last line is set aside, and noted.
     *
     * @throws CorruptStateException if the chain is broken; names file and record
     * @throws RefusedException if another owner has it open
     */
    public static Journal open(Path directory, Clock clock, JournalObserver observer) throws IOException {
        DurableFiles.createDirectories(directory);
        ProcessLock lock = ProcessLock.tryAcquire(
                directory.resolve("journal.lock"), Holder.thisProcess("tdeploy", "journal " + directory, clock));
        boolean opened = false;
        try {
            List<Segment> segments = Segment.allIn(directory);
            ChainReader chain = new ChainReader(segments);
            CommandHistory commands = new CommandHistory();
            Optional<ChainReader.Break> broken = chain.read(commands::recorded);
            if (broken.isPresent()) {
                throw broken.get().exception();
            }
            Optional<String> setAside = Optional.empty();
            if (chain.tornFrom().isPresent()) {
                Path torn = segments.get(segments.size() - 1).file();
                setAside = Optional.of(TornLine.setAside(torn, chain.tornFrom().get()));
            }
            Journal journal = new Journal(directory, clock, observer, lock, segments, chain.head(), commands);
            opened = true;
            if (setAside.isPresent()) {
                journal.note(setAside.get());
                journal.sync();
            }
            return journal;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /**
     * Begins the segment of a release; what is written from now on is in it. A release may have several.
     *
     * @throws IllegalArgumentException if the id cannot be part of a file name
     */
    public synchronized void startSegment(String releaseId) throws IOException {
        Segment segment = Segment.inDirectory(directory, segments.size() + 1, releaseId);
        AppendOnlyFile next = AppendOnlyFile.open(segment.file());
        if (file != null) {
            file.sync();
            file.close();
        }
        file = next;
        segments.add(segment);
    }

    /** Writes what is going to be done, all with one sync; it is durable on return. */
    public synchronized List<Intent> intend(List<? extends Operation> operations) throws IOException {
        List<Intent> intents = new ArrayList<>();
        List<byte[]> lines = new ArrayList<>();
        JournalHead last = head;
        for (Operation operation : operations) {
            RecordFormat.Line sealed = RecordFormat.seal(new Intent(last.seq() + 1, now(), operation, last.hash(), ""));
            Intent intent = (Intent) sealed.record();
            intents.add(intent);
            lines.add(sealed.line());
            last = new JournalHead(intent.seq(), intent.hash());
        }
        append(lines, last);
        sync();
        intents.forEach(this::tell);
        return intents;
    }

    /** As {@link #intend(List)}, of one. */
    public Intent intend(Operation operation) throws IOException {
        return intend(List.of(operation)).get(0);
    }

    /** Writes that an operation was done; durable with the next {@link #sync()} or whatever is durable. */
    public synchronized Done done(Intent intent) throws IOException {
        return (Done) write(new Done(head.seq() + 1, now(), intent.seq(), head.hash(), ""), false);
    }

    /** Writes that an operation was not done and will not be; durable as {@link #done} is. */
    public synchronized Abandoned abandon(Intent intent) throws IOException {
        return (Abandoned) write(new Abandoned(head.seq() + 1, now(), intent.seq(), head.hash(), ""), false);
    }

    /** Writes that the release has come to a state; durable on return. @param reason may be empty */
    public synchronized State state(String state, String reason) throws IOException {
        return (State) write(new State(head.seq() + 1, now(), state, reason, head.hash(), ""), true);
    }

    /** Writes something worth knowing; durable as {@link #done} is. */
    public synchronized Note note(String text) throws IOException {
        return (Note) write(new Note(head.seq() + 1, now(), text, head.hash(), ""), false);
    }

    /** Makes all that was written durable. */
    public synchronized void sync() throws IOException {
        if (file != null) {
            file.sync();
        }
    }

    /** The last record, to be kept elsewhere. */
    public synchronized JournalHead head() {
        return head;
    }

    /** Which commands are in effect, and were at any time. */
    public CommandHistory commands() {
        return commands;
    }

    /** The number of the record with this hash; empty if there is none, or it is that of an empty journal. */
    public synchronized OptionalLong seqOf(String hash) throws IOException {
        for (Segment segment : segments) {
            for (JournalRecord record : JournalFiles.recordsOf(List.of(segment), segment.releaseId())) {
                if (record.hash().equals(hash)) {
                    return OptionalLong.of(record.seq());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** All segments, in order. */
    public synchronized List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** All records of a release, in order; none if there is no such release. */
    public synchronized List<JournalRecord> records(String releaseId) throws IOException {
        return JournalFiles.recordsOf(segments, releaseId);
    }

    /** The intents of a release, in order, of which nobody wrote what became of them: they may have been done. */
    public List<Intent> unfinished(String releaseId) throws IOException {
        return JournalFiles.unfinished(records(releaseId));
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            if (file != null) {
                file.sync();
                file.close();
                file = null;
            }
        } finally {
            lock.close();
        }
    }

    private JournalRecord write(JournalRecord unsealed, boolean durable) throws IOException {
        RecordFormat.Line sealed = RecordFormat.seal(unsealed);
        JournalRecord record = sealed.record();
        append(List.of(sealed.line()), new JournalHead(record.seq(), record.hash()));
        if (durable) {
            sync();
        }
        tell(record);
        return record;
    }

    private void tell(JournalRecord record) {
        commands.recorded(record);
        observer.recorded(record);
    }

    private void append(List<byte[]> lines, JournalHead last) throws IOException {
        if (file == null) {
            throw new IllegalStateException("Begin a segment of the journal " + directory + " before writing to it");
        }
        int length = lines.stream().mapToInt(line -> line.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        lines.forEach(all::put);
        file.append(all.array());
        head = last;
    }

    /** Milliseconds are what people and other programs read; more would be lost on the way through some of them. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
