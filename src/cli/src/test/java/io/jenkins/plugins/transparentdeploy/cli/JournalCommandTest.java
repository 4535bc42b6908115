package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StartInstance;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
    @TempDir
    private Path directory;

    @Test
    void showsWhatWasDoneAndWhatWasNot() throws Exception {
        try (Journal journal = Journal.open(
                directory.resolve("state/services/shop/production/journal"), Clock.systemUTC(), JournalObserver.NONE)) {
            journal.startSegment("r1");
            journal.abandon(journal.intend(new StartInstance("shop-1")));
            journal.done(journal.intend(new StartInstance("shop-2")));
        }

        Terminal.Output shown = new Terminal(directory).tdeploy("journal", "-s", "shop", "-e", "production");

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        List<String> lines = shown.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).contains("intent").contains("shop-1");
        assertThat(lines.get(1)).endsWith("not done 1");
        assertThat(lines.get(2)).contains("intent").contains("shop-2");
        assertThat(lines.get(3)).endsWith("done    3");
    }
}
