package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long history is searched without reading it, and found right whatever became of the index. */
class ReleaseIndexTest {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final int RELEASES = 300;

    @TempDir
    private Path root;

    private EnvironmentDirectory directory;
    private final List<ReleaseId> ids = new ArrayList<>();

    @BeforeEach
    void aLongHistory() throws IOException {
        directory = new EnvironmentDirectory(root);
        ReleaseRecord template;
        try (InputStream in = getClass().getResourceAsStream("v1/release.json")) {
            template = Json.MAPPER.readValue(in, ReleaseRecord.class);
        }
        ReleaseHistory history = new ReleaseHistory(directory);
        for (int i = 0; i < RELEASES; i++) {
            history.write(like(template, i));
        }
    }

    /** Every third one was rolled back. */
    private ReleaseRecord like(ReleaseRecord template, int number) {
        ReleaseId id = new ReleaseId(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'")
                        .withZone(ZoneOffset.UTC)
                        .format(FIRST.plus(Duration.ofHours(number)))
                + "-%08x".formatted(number));
        ids.add(0, id);
        List<StateChange> states = new ArrayList<>(template.states());
        if (number % 3 == 2) {
            states.set(states.size() - 1, new StateChange(ReleaseState.ROLLING_BACK, FIRST, "bad"));
            states.add(new StateChange(ReleaseState.ROLLED_BACK, FIRST, "bad"));
        }
        ReleaseRecord record = template.copy().states(states).build();
        return new ReleaseRecord(
                record.schema(),
                id,
                record.kind(),
                record.service(),
                record.environment(),
                "1." + number,
                record.commit(),
                record.actor(),
                record.reason(),
                record.strategy(),
                record.hostId(),
                record.parent(),
                record.restores(),
                record.before(),
                record.instances(),
                record.delta(),
                record.states(),
                record.slot(),
                record.held(),
                record.smokeTest(),
                record.analysis(),
                record.incident(),
                record.knownBad(),
                record.report(),
                record.insistences(),
                record.content(),
                record.promotedFrom(),
                record.leftOut(),
                record.convergence(),
                record.playbookRuns(),
                record.captured(),
                record.resolvedServiceFile());
    }

    private ReleaseHistory history() {
        return new ReleaseHistory(directory);
    }

    /** Same size and time, so that whoever reads it can be told from whoever remembers it. */
    private void makeUnreadable(ReleaseId id) throws IOException {
        Path file = directory.releaseRecord(id);
        var time = Files.getLastModifiedTime(file);
        Files.write(file, new byte[(int) Files.size(file)]);
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void whatIsLiveAndAVersionAreFoundWithoutReadingTheOthers() throws Exception {
        for (int i = 30; i < RELEASES; i++) {
            if (i != 200) {
                makeUnreadable(ids.get(i));
            }
        }
        assertThat(history().newest(20)).hasSize(20);
        assertThat(history().live().orElseThrow().version()).isEqualTo("1.298");
        assertThat(history().restorable("1.99").id()).isEqualTo(ids.get(200));
    }

    @Test
    void itIsThereAgainWhenItWasLostAndLiesToNobodyWhenItIsDamaged() throws Exception {
        Path index = directory.releaseIndex();
        Files.writeString(index, "{\"size\":1,\"mod", StandardOpenOption.APPEND);
        assertThat(history().live().orElseThrow().version()).isEqualTo("1.298");
        Files.write(index, new byte[] {(byte) 0xc3, (byte) 0x28, '\n'}, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(history().live().orElseThrow().version()).isEqualTo("1.298");
        history().tidy();
        assertThat(Files.readAllLines(index)).hasSize(RELEASES);
        Files.delete(index);
        assertThat(history().restorable("1.3").id()).isEqualTo(ids.get(RELEASES - 4));
        history().tidy();
        assertThat(Files.readAllLines(index)).hasSize(RELEASES);
    }

    @Test
    void noDamagedBitOfALineHidesWhatIsLive() throws Exception {
        history().tidy();
        Path index = directory.releaseIndex();
        String text = Files.readString(index);
        int version = text.indexOf("1.298");
        // From there on it says what became of it.
        BitFlips.each(index, version, version + 50, damage -> assertThat(
                        history().live().map(ReleaseRecord::version))
                .as(damage)
                .contains("1.298"));
    }

    @Test
    void aRecordThatWasChangedOrPutBackByHandIsReadAgain() throws Exception {
        ReleaseId live = history().live().orElseThrow().id();
        Path file = directory.releaseRecord(live);
        String unsealed = Files.readString(file).replaceFirst(",\\s*\"seal\" : \"[^\"]*\"", "");
        Files.writeString(file, unsealed.replace("SUCCEEDED", "ABANDONED"));
        assertThat(history().live().orElseThrow().version()).isEqualTo("1.297");
        Files.delete(file);
        assertThat(history().restorable("1.297").version()).isEqualTo("1.297");
        assertThat(history().find(live)).isEmpty();
    }

    @Test
    void whatIsOfNoUseAnyMoreIsRemovedInTheEnd() throws Exception {
        ReleaseHistory history = history();
        ReleaseRecord newest = history.newest(1).get(0);
        for (int i = 0; i < 2 * RELEASES; i++) {
            history.write(newest);
        }
        assertThat(Files.readAllLines(directory.releaseIndex())).hasSize(3 * RELEASES);
        history.tidy();
        assertThat(Files.readAllLines(directory.releaseIndex())).hasSize(RELEASES);
        assertThat(history().live().orElseThrow().version()).isEqualTo("1.298");
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        List<ReleaseRecord> first = history().newest(10);
        List<ReleaseRecord> second = history().olderThan(first.get(9).id(), 10);
        assertThat(second).extracting(ReleaseRecord::id).containsExactlyElementsOf(ids.subList(10, 20));
        assertThat(history().olderThan(ids.get(RELEASES - 1), 10)).isEmpty();
        assertThat(Optional.of(first.get(0).id())).contains(ids.get(0));
    }
}
