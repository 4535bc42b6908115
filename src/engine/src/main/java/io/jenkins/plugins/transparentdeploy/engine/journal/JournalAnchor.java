package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file, best on another disk or another host, with the head of a journal: who cuts the journal short has to reach that
 * file as well.
 */
public record JournalAnchor(Path file) {
    /** Spellings are shorter. */
    private static final int LONGEST = 100;

    /**
     * The head that was kept; empty if none was yet.
     *
     * @throws CorruptStateException if the file says something else
     */
    public Optional<JournalHead> read() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        Optional<JournalHead> head = JournalHead.parse(new String(bytes, StandardCharsets.UTF_8));
        if (head.isEmpty()) {
            throw new CorruptStateException(
                    "The anchor " + file + " does not hold the head of a journal",
                    "Verify the journal with 'tdeploy journal verify', then remove the file; it is written anew");
        }
        return head;
    }

    /**
     * Keeps where the journal ends now. Durable on return, and idempotent.
     *
     * @throws CorruptStateException if the journal does not go on from the record any more that was its last; what was kept
     *     stays
     */
    public void advance(Journal journal) throws IOException {
        JournalHead head = journal.head();
        Optional<JournalHead> kept = read();
        if (kept.isPresent() && kept.get().equals(head)) {
            return;
        }
        if (kept.isPresent() && !journal.descendsFrom(kept.get())) {
            throw new CorruptStateException(
                    "The journal does not go on from record " + kept.get().seq() + " as it was when the anchor " + file
                            + " was written",
                    "Find out who changed it, with 'tdeploy journal verify --anchor " + file
                            + "'; remove the file when that is clear");
        }
        DurableFiles.write(file, head.spelling() + "\n");
    }
}
