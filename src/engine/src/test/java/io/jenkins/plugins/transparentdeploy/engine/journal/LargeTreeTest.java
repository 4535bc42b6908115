package io.jenkins.plugins.transparentdeploy.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StopInstance;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More intents than are in memory as text at a time. */
class LargeTreeTest {
    private static final int MANY = 2500;

    @TempDir
    private Path directory;

    @Test
    void theIntentsOfALargeTreeAreOneChain() throws Exception {
        List<StopInstance> many = IntStream.range(0, MANY)
                .mapToObj(i -> new StopInstance("i" + i))
                .toList();
        JournalHead head;
        try (Journal journal = Journal.open(directory, Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("r1");
            List<Intent> intents = journal.intend(many);
            assertThat(intents).hasSize(MANY);
            assertThat(intents.get(MANY - 1).operation()).isEqualTo(many.get(MANY - 1));
            assertThat(journal.records("r1")).isEqualTo(intents);
            head = journal.head();
        }

        JournalReport report = JournalFiles.verify(directory, head);
        assertThat(report.intact()).as(report.problem()).isTrue();
        assertThat(report.records()).isEqualTo(MANY);
    }
}
