package io.jenkins.plugins.transparentdeploy.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Note;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalAnchorTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:00:00.123Z"), ZoneOffset.UTC);

    @TempDir
    Path temporary;

    private Path directory;
    private JournalAnchor anchor;
    private JournalHead head;

    @BeforeEach
    void anchored() throws IOException {
        directory = temporary.resolve("journal");
        anchor = new JournalAnchor(temporary.resolve("anchor"));
        head = TwoSegments.write(directory, CLOCK);
        try (Journal journal = open()) {
            anchor.advance(journal);
        }
        assertThat(anchor.read()).contains(head);
    }

    @Test
    void advancesWithAChainThatGoesOn() throws IOException {
        try (Journal journal = open()) {
            journal.note("in the same segment");
            journal.startSegment("r3");
            journal.note("in another");
            anchor.advance(journal);
            assertThat(anchor.read()).contains(journal.head());
        }
    }

    /** The record that the anchor names is there, whole, but what comes after it continues something else. */
    @Test
    void staysWhereAForgedChainOnlyHasItsRecord() throws IOException {
        Path last = directory.resolve("000002-r2.jsonl");
        RecordFormat.Line forged =
                RecordFormat.seal(new Note(head.seq() + 1, CLOCK.instant(), "forged", "f".repeat(64), ""));
        long record = Files.size(last);
        Files.write(last, forged.line(), StandardOpenOption.APPEND);
        new Checkpoint(
                        2,
                        record,
                        Files.size(last),
                        new JournalHead(forged.record().seq(), forged.record().hash()))
                .write(directory);

        assertStays();
    }

    @Test
    void staysWhereTheJournalIsAnother() throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        try (Journal journal = open()) {
            journal.startSegment("r1");
            for (String text : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
                journal.note(text);
            }
        }

        assertStays();
    }

    private void assertStays() throws IOException {
        try (Journal journal = open()) {
            assertThat(journal.head().seq()).isGreaterThan(head.seq());
            assertThatThrownBy(() -> anchor.advance(journal))
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining("does not go on from record " + head.seq())
                    .hasMessageContaining("tdeploy journal verify --anchor");
        }
        assertThat(anchor.read()).contains(head);
    }

    private Journal open() throws IOException {
        return Journal.open(directory, CLOCK, JournalObserver.NONE);
    }
}
