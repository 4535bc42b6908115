package io.jenkins.plugins.transparentdeploy.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Abandoned;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Done;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Note;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.State;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PopulateRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.ShiftTraffic;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StopInstance;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.SwitchLink;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Owner;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:00:00.123Z"), ZoneOffset.UTC);
    private static final ContentId CONTENT = ContentId.of(new byte[] {1});

    @TempDir
    Path directory;

    @Test
    void keepsWhatItWasToldInOrder() throws IOException {
        List<JournalRecord> observed = new ArrayList<>();
        try (Journal journal = Journal.open(directory, CLOCK, observed::add)) {
            journal.startSegment("r1");
            journal.state("DEPLOYING", "");
            List<Intent> intents = journal.intend(List.of(new StopInstance("a"), new ShiftTraffic("a", 100, 0)));
            journal.done(intents.get(1));
            journal.startSegment("r2");
            journal.note("something, \"hash\": included");
            journal.abandon(intents.get(0));

            assertThat(journal.records("r1"))
                    .extracting(JournalRecord::getClass)
                    .<Class<?>>map(type -> type)
                    .containsExactly(State.class, Intent.class, Intent.class, Done.class);
            assertThat(journal.unfinished("r1")).containsExactly(intents.get(0));
            assertThat(JournalFiles.records(directory, "r2"))
                    .isEqualTo(journal.records("r2"))
                    .extracting(JournalRecord::getClass)
                    .<Class<?>>map(type -> type)
                    .containsExactly(Note.class, Abandoned.class);
            assertThat(journal.head().seq()).isEqualTo(6);
            assertThat(JournalFiles.done(journal.records("r1"))).containsExactly(new ShiftTraffic("a", 100, 0));
        }
        assertThat(observed).extracting(JournalRecord::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(JournalFiles.verify(directory).status()).isEqualTo(JournalReport.Status.OK);
        assertThat(JournalFiles.segments(directory))
                .extracting(segment -> segment.file().getFileName().toString())
                .containsExactly("000001-r1.jsonl", "000002-r2.jsonl");
    }

    /** What the package comment promises to those who write their own reader. */
    @Test
    void whatWasSettledLaterIsReadWhereItWasWritten() throws IOException {
        try (Journal journal = open()) {
            for (String release : new String[] {"r1", "r2", "r1", "r3"}) {
                journal.startSegment(release);
                journal.note("of " + release);
            }
        }
        List<Long> all = new ArrayList<>();
        List<Long> first = new ArrayList<>();
        JournalFiles.read(directory, segment -> true, record -> all.add(record.seq()));
        JournalFiles.read(directory, segment -> segment.releaseId().equals("r1"), record -> first.add(record.seq()));
        assertThat(all).containsExactly(1L, 2L, 3L, 4L);
        assertThat(first).containsExactly(1L, 3L);
    }

    @Test
    void canBeCheckedByAReaderThatKnowsOnlyTheDocumentation() throws IOException {
        TwoSegments.write(directory, CLOCK);
        String previous = "0".repeat(64);
        int count = 0;
        for (String file : List.of("000001-r1.jsonl", "000002-r2.jsonl")) {
            for (String line : Files.readAllLines(directory.resolve(file))) {
                int cut = line.lastIndexOf(",\"hash\":");
                String hash = Sha256.of(line.substring(0, cut).getBytes(StandardCharsets.UTF_8));
                assertThat(line).endsWith(",\"hash\":\"" + hash + "\"}").contains("\"previous\":\"" + previous + "\"");
                assertThat(Json.MAPPER.readTree(line).get("seq").asInt()).isEqualTo(++count);
                previous = hash;
            }
        }
        assertThat(count).isEqualTo(6);
    }

    @Test
    void goesOnAfterItWasClosed() throws IOException {
        JournalHead head = TwoSegments.write(directory, CLOCK);
        try (Journal journal = open()) {
            assertThat(journal.head()).isEqualTo(head);
            Note note = journal.note("again");
            assertThat(note.previous()).isEqualTo(head.hash());
            assertThat(journal.segments()).hasSize(2);
        }
        assertThat(JournalFiles.verify(directory, head).status()).isEqualTo(JournalReport.Status.OK);
    }

    @Test
    void hasOneWriter() throws IOException {
        try (Journal journal = open()) {
            assertThat(journal.head()).isEqualTo(JournalHead.EMPTY);
            assertThatThrownBy(this::open).isInstanceOf(RefusedException.class).hasMessageContaining("is locked by");
        }
        open().close();
    }

    @Test
    void manyThreadsWriteOneChain() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Journal journal = open()) {
            journal.startSegment("r1");
            List<Callable<Done>> work = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String instance = "app-" + i;
                work.add(() -> journal.done(journal.intend(new StopInstance(instance))));
            }
            for (Future<Done> done : threads.invokeAll(work)) {
                done.get();
            }
            assertThat(journal.unfinished("r1")).isEmpty();
        } finally {
            threads.shutdownNow();
        }
        JournalReport report = JournalFiles.verify(directory);
        assertThat(report.status()).isEqualTo(JournalReport.Status.OK);
        assertThat(report.records()).isEqualTo(400);
    }

    @Test
    void aFullDiskLeavesAWholeChain() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 256)) {
            Path path = disk.directory().resolve("journal");
            try (Journal journal = Journal.open(path, CLOCK, JournalObserver.NONE)) {
                journal.startSegment("r1");
                journal.state("DEPLOYING", "");
                disk.fill("ballast", 8 * 1024);
                assertThatThrownBy(() -> journal.note("x".repeat(64 * 1024))).isInstanceOf(IOException.class);
                Files.delete(disk.directory().resolve("ballast"));
                journal.note("room again");
            }
            JournalReport report = JournalFiles.verify(path);
            assertThat(report.status()).isEqualTo(JournalReport.Status.OK);
            assertThat(report.records()).isEqualTo(2);
        }
    }

    @Test
    void refusesToWriteBeforeASegmentAndIdsThatAreNoFileNames() throws IOException {
        try (Journal journal = open()) {
            assertThatThrownBy(() -> journal.note("x")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> journal.startSegment("../evil")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    static List<Operation> operations() {
        FileEntry file = new FileEntry(
                "conf/häß \"lich\"\n", new FileMode(0640), CLOCK.instant(), new Owner("app", "app"), 1, CONTENT);
        return List.of(
                new CreateEntry("a", file),
                new UpdateEntry("a", file, new SymlinkEntry(file.path(), "x")),
                new Operation.DeleteEntry("a", file),
                new PopulateRelease("a", "r1", CONTENT),
                new Operation.RemoveRelease("a", "r1", CONTENT),
                new SwitchLink("a", Optional.empty(), Optional.of("releases/r1")),
                new Operation.StartInstance("a"),
                new StopInstance("a"),
                new ShiftTraffic("a", 100, 25),
                new RunCommand(
                        "a", "migrate", List.of("migrate", "up"), List.of("migrate", "down"), Reversibility.REVERSIBLE),
                new RunCommand("a", "purge", List.of("purge"), List.of(), Reversibility.ONE_WAY));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationComesBackFromDiskTheSameAndItsInverseUndoesIt(Operation operation) throws IOException {
        try (Journal journal = open()) {
            journal.startSegment("r1");
            journal.intend(operation);
        }

        JournalRecord record = JournalFiles.records(directory, "r1").get(0);

        assertThat(record).isInstanceOfSatisfying(Intent.class, intent -> assertThat(intent.operation())
                .isEqualTo(operation));
        assertThat(operation.inverse().isEmpty()).isEqualTo(operation.reversibility() == Reversibility.ONE_WAY);
        operation.inverse().ifPresent(inverse -> assertThat(inverse.inverse()).contains(operation));
    }

    /** Written by version 1, and never to be changed: it must load for ever. */
    @Test
    void readsTheJournalsOfVersion1() throws IOException, RecordFormat.MalformedException {
        String line = new String(
                JournalTest.class.getResourceAsStream("version-1.jsonl").readAllBytes(), StandardCharsets.UTF_8);
        List<JournalRecord> records = new ArrayList<>();
        for (String each : line.lines().toList()) {
            records.add(RecordFormat.parse(each));
        }
        assertThat(JournalFiles.unfinished(records)).hasSize(1);
        assertThat(JournalFiles.done(records))
                .hasSize(operations().size() - 2)
                .startsWith(operations().get(0));
    }

    @Test
    void aRecordOfAnUnknownKindIsNamedAsSuch() throws JsonProcessingException {
        String body = "{\"kind\":\"prophecy\",\"seq\":1,\"previous\":\"" + "0".repeat(64) + "\"";
        String line = body + ",\"hash\":\"" + Sha256.of(body.getBytes(StandardCharsets.UTF_8)) + "\"}";

        assertThatThrownBy(() -> RecordFormat.parse(line)).hasMessageContaining("kind that this version does not know");
    }

    /** It saves time, no more: what was done must not seem to have failed because a disk is full by now. */
    @Test
    void closesWithoutACheckpointWhereNoneCanBeWritten() throws IOException {
        TwoSegments.write(directory, CLOCK);
        Path checkpoint = directory.resolve("checkpoint.json");
        Path before = Files.move(checkpoint, directory.resolve("before.json"));
        try (Journal journal = open()) {
            journal.startSegment("r3");
            journal.note("done");
            Files.createDirectories(checkpoint.resolve("in the way"));
        }
        Files.delete(checkpoint.resolve("in the way"));
        Files.delete(checkpoint);
        Files.move(before, checkpoint);

        try (Journal journal = open()) {
            assertThat(journal.records("r3")).singleElement().isInstanceOf(Note.class);
        }
    }

    private Journal open() throws IOException {
        return Journal.open(directory, CLOCK, JournalObserver.NONE);
    }
}
