package io.jenkins.plugins.transparentdeploy.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Note;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StopInstance;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What crashes, disks and people do to a journal. */
class DamagedJournalTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:00:00.123Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void setsATornLastLineAside() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        Path last = directory.resolve("000002-r2.jsonl");
        Files.writeString(last, "{\"kind\":\"note\",\"seq\":7,\"at\":\"20", StandardOpenOption.APPEND);
        assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.TORN);
        assertThat(JournalFiles.records(directory, "r2")).hasSize(3);

        try (Journal journal = open()) {
            assertThat(journal.records("r2")).last().isInstanceOfSatisfying(Note.class, note -> assertThat(note.text())
                    .contains("31 bytes")
                    .contains("000002-r2.jsonl.torn-1"));
        }
        assertThat(directory.resolve("000002-r2.jsonl.torn-1")).hasContent("{\"kind\":\"note\",\"seq\":7,\"at\":\"20");
        assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.OK);
    }

    /** What a newer version wrote before it was killed is as it was written, and nothing to be cut off. */
    @Test
    void aRecordOfANewerVersionIsNeverTakenForATornOne() throws IOException {
        for (String newer : List.of(
                "{\"kind\":\"rehearsed\"%s}",
                "{\"kind\":\"intent\"%s,\"operation\":{\"type\":\"teleport\",\"instance\":\"a\"}}")) {
            Path journal = Files.createDirectory(directory.resolve(Integer.toString(newer.length())));
            JournalHead head = TwoSegments.write(journal, CLOCK);
            Path last = journal.resolve("000002-r2.jsonl");
            String members = ",\"seq\":%d,\"at\":\"2026-11-21T10:00:00Z\",\"previous\":\"%s\""
                    .formatted(head.seq() + 1, head.hash());
            Files.writeString(last, Seal.on(newer.formatted(members)) + "\n", StandardOpenOption.APPEND);
            String whole = Files.readString(last);

            for (ThrowingCallable reader : List.<ThrowingCallable>of(
                    () -> Journal.open(journal, CLOCK, JournalObserver.NONE).close(),
                    () -> Journal.reading(journal, CLOCK),
                    () -> JournalFiles.records(journal, "r2"))) {
                assertThatThrownBy(reader)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining("of " + last + " is of a kind that this version does not know")
                        .hasMessageContaining("Use the version that wrote it, or a newer one")
                        .hasMessageNotContaining("torn");
            }
            assertThat(last).hasContent(whole);
        }
    }

    /** Only the last segment may end with half a record: it was whole when the next one was begun. */
    @Test
    void halfARecordAtTheEndOfAnOlderSegmentIsDamage() throws IOException {
        TwoSegments.write(directory, CLOCK);
        Path first = directory.resolve("000001-r1.jsonl");
        List<String> lines = Files.readAllLines(first);
        String lastLine = lines.get(lines.size() - 1);
        String whole = Files.readString(first);
        Files.writeString(first, whole.substring(0, whole.length() - lastLine.length() / 2));

        for (ThrowingCallable reader : List.<ThrowingCallable>of(
                () -> JournalFiles.records(directory, "r1"),
                () -> Journal.reading(directory, CLOCK).records("r1"),
                () -> Journal.reading(directory, CLOCK).unfinished("r1"),
                () -> Journal.reading(directory, CLOCK).seqOf("f".repeat(64)),
                () -> Journal.reading(directory, CLOCK).read(record -> {}))) {
            assertThatThrownBy(reader)
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining("record " + lines.size() + " of " + first)
                    .hasMessageContaining("Put the file back");
        }
    }

    /** Nor is it an error that nobody can make anything of when a byte is no character any more. */
    @Test
    void aByteThatIsNoTextIsDamage() throws IOException {
        TwoSegments.write(directory, CLOCK);
        Path first = directory.resolve("000001-r1.jsonl");
        byte[] bytes = Files.readAllBytes(first);
        bytes[bytes.length / 2] ^= (byte) 0x80;
        Files.write(first, bytes);
        for (ThrowingCallable reader : List.<ThrowingCallable>of(
                () -> JournalFiles.records(directory, "r1"),
                () -> Journal.reading(directory, CLOCK).unfinished("r1"),
                () -> Journal.reading(directory, CLOCK).read(record -> {}))) {
            assertThatThrownBy(reader)
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining(first + " does not match its hash");
        }
    }

    /** Each line is as it was written, but one is missing, or one is there twice. */
    @Test
    void whoReadsTheWholeChainChecksItsLinks() throws IOException {
        TwoSegments.write(directory, CLOCK);
        Path first = directory.resolve("000001-r1.jsonl");
        List<String> lines = Files.readAllLines(first);
        for (List<String> tampered : List.of(
                List.of(lines.get(0), lines.get(2)), List.of(lines.get(0), lines.get(0), lines.get(1), lines.get(2)))) {
            Files.write(first, tampered);
            try (Journal journal = Journal.reading(directory, CLOCK)) {
                assertThatThrownBy(() -> journal.read(record -> {}))
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining("record 2 of " + first);
            }
        }
    }

    @Test
    void losesNothingAcknowledgedWhereverItsLastLineIsTorn() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        Path last = directory.resolve("000002-r2.jsonl");
        byte[] whole = Files.readAllBytes(last);
        int lineStart = new String(whole, StandardCharsets.UTF_8).lastIndexOf('\n', whole.length - 2) + 1;
        byte[] durable = Files.readAllBytes(directory.resolve("checkpoint.json"));
        for (int length = lineStart + 1; length < whole.length; length += 13) {
            Files.write(last, Arrays.copyOf(whole, length));
            Files.deleteIfExists(directory.resolve("checkpoint.json"));

            try (Journal journal = open()) {
                assertThat(journal.records("r2")).hasSize(3);
            }
            assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.TAIL_MISSING);

            Files.write(last, Arrays.copyOf(whole, length));
            Files.write(directory.resolve("checkpoint.json"), durable);
            assertThatThrownBy(this::open).isInstanceOf(CorruptStateException.class);
        }
    }

    @Test
    void everyFlippedByteIsFoundAndItsRecordNamed() throws IOException {
        TwoSegments.write(directory, CLOCK);
        for (String name : List.of("000001-r1.jsonl", "000002-r2.jsonl")) {
            Path file = directory.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < whole.length - 1; i++) {
                byte[] flipped = whole.clone();
                flipped[i] ^= 0x01;
                Files.write(file, flipped);
                long record =
                        new String(whole, 0, i, StandardCharsets.UTF_8).lines().count();
                long expected = i == 0 || whole[i - 1] == '\n' ? record + 1 : record;

                JournalReport report = JournalFiles.verify(directory);
                assertThat(report.status()).as("byte %d of %s", i, name).isEqualTo(JournalReport.Status.BROKEN);
                assertThat(report.problem()).contains("record " + expected + " of " + file);
            }
            if (name.startsWith("000002")) {
                assertThatThrownBy(this::open)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining(file.toString());
            }
            Files.write(file, whole);
        }
        open().close();
    }

    /** Opening reads what came after the last closing; who wants proof of all verifies, and who reads a record checks it. */
    @Test
    void openingDoesNotReadWhatWasWholeWhenItWasClosed() throws IOException {
        TwoSegments.write(directory, CLOCK);
        Path first = directory.resolve("000001-r1.jsonl");
        Files.writeString(first, Files.readString(first).replace("build 7", "build 8"));

        try (Journal journal = open()) {
            assertThatThrownBy(() -> journal.records("r1")).isInstanceOf(CorruptStateException.class);
        }
        assertThat(JournalFiles.verify(directory).problem()).contains("record 1 of " + first);
    }

    @Test
    void aLostOrDamagedCheckpointCostsTimeOnly() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        Path checkpoint = directory.resolve("checkpoint.json");
        byte[] whole = Files.readAllBytes(checkpoint);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x01;
            Files.write(checkpoint, flipped);
            try (Journal journal = open()) {
                assertThat(journal.head()).as("byte %d", i).isEqualTo(head);
            }
            assertThat(checkpoint).hasBinaryContent(whole);
        }
        Files.delete(checkpoint);
        open().close();
        assertThat(checkpoint).hasBinaryContent(whole);
    }

    /** What was not synced may come back in any order: zeros, or a later record without an earlier one. */
    @Test
    void whatAMachineThatStoppedLeftAtTheEndIsTornAndNotTamperedWith() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        Path last = directory.resolve("000002-r2.jsonl");
        byte[] durable = Files.readAllBytes(directory.resolve("checkpoint.json"));
        try (Journal journal = open()) {
            journal.note("a");
            journal.note("b");
            journal.state("NEXT", "");
        }
        Files.write(directory.resolve("checkpoint.json"), durable);
        String text = Files.readString(last);
        Files.writeString(last, text.replace("\"text\":\"a\"", "\0\0\0\0\0\0\0\0\0\0"));

        assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.TORN);
        try (Journal journal = open()) {
            assertThat(journal.head().seq()).isEqualTo(head.seq() + 1);
        }
        assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.OK);
    }

    /** That an operation was done is written after its intent was durable, and everything before that with it. */
    @Test
    void whatComesBeforeAnythingDoneIsBrokenAndNotTorn() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        Path last = directory.resolve("000002-r2.jsonl");
        byte[] durable = Files.readAllBytes(directory.resolve("checkpoint.json"));
        try (Journal journal = open()) {
            journal.note("a");
            journal.done(journal.intend(new StopInstance("a")));
        }
        Files.write(directory.resolve("checkpoint.json"), durable);
        Files.writeString(last, Files.readString(last).replace("\"text\":\"a\"", "\"text\":\"b\""));

        assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.BROKEN);
        assertThatThrownBy(this::open).isInstanceOf(CorruptStateException.class).hasMessageContaining("record 4 of");
    }

    /** Records after the last closing, the last ones durable too, and nothing after them that would prove it. */
    private Path unclosed() throws IOException {
        TwoSegments.write(directory, CLOCK);
        byte[] durable = Files.readAllBytes(directory.resolve("checkpoint.json"));
        try (Journal journal = open()) {
            journal.done(journal.intend(new StopInstance("b")));
            journal.note("of two words");
            journal.state("NEXT", "");
        }
        Files.write(directory.resolve("checkpoint.json"), durable);
        return directory.resolve("000002-r2.jsonl");
    }

    @Test
    void everyFlippedBitInAnUnclosedTailIsDamageUnlessItMakesAZero() throws Exception {
        Path last = unclosed();
        byte[] whole = Files.readAllBytes(last);
        int from = new String(whole, StandardCharsets.UTF_8).indexOf("{\"kind\":\"note\"");
        BitFlips.each(last, from, whole.length, damage -> {
            byte[] damaged = Files.readAllBytes(last);
            boolean zero = new String(damaged, StandardCharsets.UTF_8).indexOf('\0') >= 0;
            assertThat(JournalFiles.verify(directory).status())
                    .as(damage)
                    .isEqualTo(zero ? JournalReport.Status.TORN : JournalReport.Status.BROKEN);
            if (!zero) {
                assertThatThrownBy(() -> JournalFiles.records(directory, "r2"))
                        .as(damage)
                        .isInstanceOf(CorruptStateException.class);
            }
        });
    }

    @Test
    void whatIsDamagedInAnUnclosedTailIsNamedAndLeftAsItIs() throws IOException {
        Path last = unclosed();
        Files.writeString(last, Files.readString(last).replace("NEXT", "LAST"));
        byte[] damaged = Files.readAllBytes(last);
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("record 7 of " + last + " does not match its hash")
                .hasMessageContaining("Put the file back");
        assertThat(last).hasBinaryContent(damaged);
    }

    /** A later version wrote it, and its process died. */
    @Test
    void whatThisVersionDoesNotKnowIsNotCutOff() throws IOException {
        Path last = unclosed();
        Files.writeString(last, Seal.on("{\"kind\":\"prophecy\",\"seq\":11}") + "\n", StandardOpenOption.APPEND);
        byte[] whole = Files.readAllBytes(last);
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("kind that this version does not know");
        assertThat(last).hasBinaryContent(whole);
    }

    @Test
    void aRecordThatIsMissingInAnUnclosedTailIsFound() throws IOException {
        Path last = unclosed();
        List<String> lines = Files.readAllLines(last);
        lines.remove(lines.size() - 2);
        Files.write(last, lines);
        assertThat(JournalFiles.verify(directory).problem()).contains("has the number");
        assertThatThrownBy(this::open).isInstanceOf(CorruptStateException.class);
    }

    @Test
    void removedSwappedAndRepeatedRecordsAreFound() throws IOException {
        TwoSegments.write(directory, CLOCK);
        Path file = directory.resolve("000001-r1.jsonl");
        List<String> lines = Files.readAllLines(file);
        for (List<String> forged : List.of(
                List.of(lines.get(0), lines.get(2)),
                List.of(lines.get(1), lines.get(0), lines.get(2)),
                List.of(lines.get(0), lines.get(0), lines.get(1), lines.get(2)),
                List.of(lines.get(0), lines.get(1)),
                List.<String>of())) {
            Files.write(file, forged);
            assertThat(JournalFiles.verify(directory).status()).isEqualTo(JournalReport.Status.BROKEN);
        }
        Files.delete(file);
        assertThat(JournalFiles.verify(directory).problem()).contains("no segment 1");
        assertThatThrownBy(this::open).isInstanceOf(CorruptStateException.class);
    }

    @Test
    void aMissingOrRewrittenTailShowsAgainstAHeadKeptElsewhere() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        Path last = directory.resolve("000002-r2.jsonl");
        List<String> lines = Files.readAllLines(last);
        Files.write(last, lines.subList(0, 2));

        assertThat(JournalFiles.verify(directory).status()).isEqualTo(JournalReport.Status.TAIL_MISSING);
        assertThatThrownBy(this::open).isInstanceOf(CorruptStateException.class).hasMessageContaining("record 6");
        Files.delete(directory.resolve("checkpoint.json"));
        assertThat(JournalFiles.verify(directory).status()).isEqualTo(JournalReport.Status.OK);
        JournalReport cut = JournalFiles.verify(directory, head);
        assertThat(cut.status()).isEqualTo(JournalReport.Status.TAIL_MISSING);
        assertThat(cut.problem()).contains("ends with record 5").contains("record 6");
        assertThat(cut.intact()).isFalse();

        try (Journal journal = open()) {
            journal.note("another history");
        }
        assertThat(JournalFiles.verify(directory, head).problem()).contains("not the one that was there");
    }

    private Journal open() throws IOException {
        return Journal.open(directory, CLOCK, JournalObserver.NONE);
    }
}
