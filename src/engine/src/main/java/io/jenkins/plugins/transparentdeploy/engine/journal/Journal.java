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
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one writer of a chain, or somebody who only reads it; see the package for what it writes. Safe for use by several
 * threads. Nothing given to it may hold a secret: callers scrub.
 */
public final class Journal implements Closeable {
    /** Records that are in memory as text at a time. */
    private static final int PORTION = 1000;

    private final Path directory;
    private final Clock clock;
    private final JournalObserver observer;
    private final Closeable lock;
    private final List<Segment> segments;
    /** Where the last record is; null if there is none. */
    private Checkpoint last;

    private AppendOnlyFile file;
    /** Null until somebody asks. */
    private CommandHistory commands;

    private Journal(
            Path directory,
            Clock clock,
            JournalObserver observer,
            Closeable lock,
            ChainOpener opener,
            Optional<AppendOnlyFile> file) {
        this.directory = directory;
        this.clock = clock;
        this.observer = observer;
        this.lock = lock;
        this.segments = new ArrayList<>(opener.segments());
        this.last = opener.last().orElse(null);
        this.file = file.orElse(null);
    }

    /**
     * Opens a chain, or begins one, and checks every record since it was last closed. What nobody was told of at its end is
     * set aside, and noted.
     *
     * @throws CorruptStateException if the chain is broken, or its tail is missing; names file and record
     * @throws RefusedException if another owner has it open
     */
    public static Journal open(Path directory, Clock clock, JournalObserver observer) throws IOException {
        DurableFiles.createDirectories(directory);
        ProcessLock lock = ProcessLock.tryAcquire(
                directory.resolve("journal.lock"), Holder.thisProcess("tdeploy", "journal " + directory, clock));
        boolean opened = false;
        try {
            ChainOpener opener = ChainOpener.read(directory);
            Optional<String> setAside = opener.setTornTailAside();
            Journal journal = new Journal(directory, clock, observer, lock, opener, opener.openLastSegment());
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
     * A chain as it is at this moment, to be read: without the lock, beside whoever writes it, and changing nothing. Writing
     * to it is a mistake of the program.
     *
     * @throws CorruptStateException if the chain is broken, or its tail is missing; names file and record
     */
    public static Journal reading(Path directory, Clock clock) throws IOException {
        return new Journal(directory, clock, record -> {}, () -> {}, ChainOpener.read(directory), Optional.empty());
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

    /**
     * Writes what is going to be done, with one sync for a MiB of it, shared with whoever else syncs at that time; it is
     * durable on return. When it fails, some of it may be there, and is of something that was not done.
     */
    public List<Intent> intend(List<? extends Operation> operations) throws IOException {
        List<Intent> intents = new ArrayList<>(operations.size());
        AppendOnlyFile written;
        synchronized (this) {
            List<RecordFormat.Line> lines = new ArrayList<>();
            JournalHead before = head();
            for (Operation operation : operations) {
                RecordFormat.Line sealed =
                        RecordFormat.seal(new Intent(before.seq() + 1, now(), operation, before.hash(), ""));
                Intent copy = (Intent) sealed.record();
                // What was sealed has a copy of the operation, which of a whole tree is more than memory may hold.
                intents.add(new Intent(copy.seq(), copy.at(), operation, before.hash(), copy.hash()));
                before = new JournalHead(copy.seq(), copy.hash());
                lines.add(sealed);
                if (lines.size() == PORTION) {
                    append(lines);
                    lines.clear();
                }
            }
            append(lines);
            written = file;
        }
        written.sync();
        intents.forEach(this::tell);
        return intents;
    }

    /** As {@link #intend(List)}, of one. */
    public Intent intend(Operation operation) throws IOException {
        return intend(List.of(operation)).get(0);
    }

    /** Writes that an operation was done; durable with the next {@link #sync()} or whatever is durable. */
    public Done done(Intent intent) throws IOException {
        return (Done) write(before -> new Done(before.seq() + 1, now(), intent.seq(), before.hash(), ""), false);
    }

    /** Writes that an operation was not done and will not be; durable as {@link #done} is. */
    public Abandoned abandon(Intent intent) throws IOException {
        return (Abandoned)
                write(before -> new Abandoned(before.seq() + 1, now(), intent.seq(), before.hash(), ""), false);
    }

    /** Writes that the release has come to a state; durable on return. @param reason may be empty */
    public State state(String state, String reason) throws IOException {
        return (State) write(before -> new State(before.seq() + 1, now(), state, reason, before.hash(), ""), true);
    }

    /** Writes something worth knowing; durable as {@link #done} is. */
    public Note note(String text) throws IOException {
        return (Note) write(before -> new Note(before.seq() + 1, now(), text, before.hash(), ""), false);
    }

    /** Makes all that was written durable. */
    public void sync() throws IOException {
        AppendOnlyFile written;
        synchronized (this) {
            written = file;
        }
        if (written != null) {
            written.sync();
        }
    }

    /** The last record, to be kept elsewhere. */
    public synchronized JournalHead head() {
        return last == null ? JournalHead.EMPTY : last.head();
    }

    /** Which commands are in effect, and were at any time; found out by reading the chain when it is first asked for. */
    public synchronized CommandHistory commands() throws IOException {
        if (commands == null) {
            CommandHistory read = new CommandHistory();
            read(read::recorded);
            commands = read;
        }
        return commands;
    }

    /**
     * Reads all records, in order, each of which continues the one before it.
     *
     * @throws CorruptStateException at the first that is not as it was written; names file and record
     */
    public synchronized void read(Consumer<JournalRecord> reader) throws IOException {
        Optional<ChainReader.Break> broken =
                ChainReader.ofAll(segments, Checkpoint.read(directory)).read(reader);
        if (broken.isPresent()) {
            throw broken.get().exception();
        }
    }

    /** The number of the record with this hash; empty if there is none, or it is that of an empty journal. */
    public synchronized OptionalLong seqOf(String hash) throws IOException {
        // Who asks means something recent.
        for (int i = segments.size() - 1; i >= 0; i--) {
            for (JournalRecord record : JournalFiles.recordsIn(segments, i)) {
                if (record.hash().equals(hash)) {
                    return OptionalLong.of(record.seq());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** Whether that is a record of this chain, from which each continues the one before it, up to the last. */
    synchronized boolean descendsFrom(JournalHead ancestor) throws IOException {
        if (ancestor.equals(JournalHead.EMPTY)) {
            return true;
        }
        int from = segments.size() - 1;
        while (from >= 0 && !JournalFiles.hasRecord(segments, from, ancestor)) {
            from--;
        }
        JournalHead reached = null;
        for (int i = from; i >= 0 && i < segments.size(); i++) {
            for (JournalRecord record : JournalFiles.recordsIn(segments, i)) {
                JournalHead here = new JournalHead(record.seq(), record.hash());
                if (reached == null) {
                    reached = here.equals(ancestor) ? here : null;
                } else if (record.seq() == reached.seq() + 1
                        && record.previous().equals(reached.hash())) {
                    reached = here;
                } else {
                    return false;
                }
            }
        }
        return head().equals(reached);
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
    public synchronized List<Intent> unfinished(String releaseId) throws IOException {
        return JournalFiles.unfinishedOf(segments, releaseId);
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            if (file != null) {
                file.sync();
                file.close();
                file = null;
                if (last != null) {
                    writeCheckpoint();
                }
            }
        } finally {
            lock.close();
        }
    }

    /** It only saves time: what was done under this journal is not to fail for it, as on a disk that is full by now. */
    private void writeCheckpoint() {
        try {
            last.write(directory);
        } catch (IOException e) {
            // The next opener reads on from the one before.
        }
    }

    private JournalRecord write(Function<JournalHead, JournalRecord> unsealed, boolean durable) throws IOException {
        JournalRecord record;
        AppendOnlyFile written;
        synchronized (this) {
            RecordFormat.Line sealed = RecordFormat.seal(unsealed.apply(head()));
            record = sealed.record();
            append(List.of(sealed));
            written = file;
        }
        if (durable) {
            written.sync();
        }
        tell(record);
        return record;
    }

    private synchronized void tell(JournalRecord record) {
        observer.recorded(record);
    }

    private void append(List<RecordFormat.Line> lines) throws IOException {
        if (file == null) {
            throw new IllegalStateException("Begin a segment of the journal " + directory + " before writing to it");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        lines.forEach(line -> all.writeBytes(line.line()));
        file.append(all.toByteArray());
        if (commands != null) {
            lines.forEach(line -> commands.recorded(line.record()));
        }
        if (!lines.isEmpty()) {
            RecordFormat.Line newest = lines.get(lines.size() - 1);
            last = new Checkpoint(
                    segments.get(segments.size() - 1).number(),
                    file.length() - newest.line().length,
                    file.length(),
                    new JournalHead(newest.record().seq(), newest.record().hash()));
        }
    }

    /** Milliseconds are what people and other programs read; more would be lost on the way through some of them. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
