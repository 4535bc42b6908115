package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index may be lost, torn or old: what it says is what the records say. */
class HistoryIndexTest {
    @TempDir
    private Path history;

    private GeneratedRelease first;
    private GeneratedRelease second;

    @BeforeEach
    void setUp() throws Exception {
        first = release(1);
        second = release(2);
        first.writeTo(history);
        second.writeTo(history);
    }

    @Test
    void isMadeFromTheRecordsWhereThereIsNone() throws Exception {
        assertThat(versions(HistoryIndex.load(history))).containsExactly("1.2", "1.1");
        assertThat(index()).exists();
    }

    @Test
    void readsNoRecordThatLooksAsItDid() throws Exception {
        HistoryIndex.load(history);
        Path record = first.writeTo(history);
        FileTime modified = Files.getLastModifiedTime(record);
        HistoryIndex.load(history);
        long size = Files.size(record);
        Files.write(record, new byte[(int) size]);
        Files.setLastModifiedTime(record, modified);
        assertThat(versions(HistoryIndex.load(history))).containsExactly("1.2", "1.1");
    }

    @Test
    void readsAgainWhatWasWrittenBehindItsBack() throws Exception {
        HistoryIndex.load(history);
        release(2).with("version", "2.0 by another hand").writeTo(history);
        release(3).writeTo(history);
        Files.delete(history.resolve("releases").resolve(first.id() + ".json"));
        assertThat(versions(HistoryIndex.load(history))).containsExactly("1.3", "2.0 by another hand");
        assertThat(versions(HistoryIndex.load(history)))
                .as("and notes what it found")
                .containsExactly("1.3", "2.0 by another hand");
    }

    @Test
    void aLineThatWasTornDoesNotTakeOthersAlong() throws Exception {
        HistoryIndex index = HistoryIndex.load(history);
        String text = Files.readString(index());
        Files.writeString(index(), text.substring(0, text.length() - 20));
        GeneratedRelease third = release(3);
        Path record = third.writeTo(history);
        index.put(new HistoryEntry(third.toJson()).summary(), record);
        assertThat(versions(HistoryIndex.load(history))).containsExactly("1.3", "1.2", "1.1");
    }

    @Test
    void theLastLineOfAReleaseCounts() throws Exception {
        HistoryIndex index = HistoryIndex.load(history);
        GeneratedRelease changed = release(2).with("version", "changed");
        index.put(new HistoryEntry(changed.toJson()).summary(), changed.writeTo(history));
        assertThat(versions(index)).containsExactly("changed", "1.1");
        assertThat(versions(HistoryIndex.load(history))).containsExactly("changed", "1.1");
    }

    @Test
    void whatIsNoRecordIsLeftOut() throws Exception {
        Files.writeString(history.resolve("releases").resolve("broken.json"), "{\"release\": {");
        Files.writeString(
                history.resolve("releases").resolve("20260101T000000000Z-00000009.json"),
                first.toJson().toString(),
                StandardOpenOption.CREATE_NEW);
        assertThat(versions(HistoryIndex.load(history)))
                .as("a file counts under its own name only")
                .containsExactly("1.2", "1.1");
    }

    @Test
    void aRecordWithTimesThatAreNoneIsShownAllTheSame() throws Exception {
        release(3).at("<script>now</script>").writeTo(history);
        assertThat(versions(HistoryIndex.load(history))).containsExactly("1.3", "1.2", "1.1");
    }

    @Test
    void aTimeThatNoCalendarHasIsNone() throws Exception {
        for (String time : List.of("+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z")) {
            assertThat(Moment.parse(time)).as(time).isEmpty();
            release(3).at(time).writeTo(history);
            assertThat(versions(HistoryIndex.load(history))).containsExactly("1.3", "1.2", "1.1");
        }
    }

    @Test
    void whatIsInMemoryIsRightAlsoIfItCannotBeNoted() throws Exception {
        Files.createDirectories(index().resolve("a directory where the file is to be"));
        assertThat(versions(HistoryIndex.load(history))).containsExactly("1.2", "1.1");
    }

    private static GeneratedRelease release(int number) {
        return new GeneratedRelease("shop", "production", number);
    }

    private Path index() {
        return history.resolve("index.jsonl");
    }

    private static List<String> versions(HistoryIndex index) {
        return index.newestFirst().stream().map(ReleaseSummary::getVersion).toList();
    }
}
