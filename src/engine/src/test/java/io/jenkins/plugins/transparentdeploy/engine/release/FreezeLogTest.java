package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreezeLogTest {
    private static final Actor ALICE = new Actor("alice", "test", Optional.empty());
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    private Path root;

    private FreezeLog log;
    private Path file;

    @BeforeEach
    void openedAndFrozenAgain() throws IOException {
        EnvironmentDirectory directory = new EnvironmentDirectory(root);
        log = new FreezeLog(directory);
        file = directory.freezes();
        log.append(Freeze.by(ALICE, false, "looked at it", NOW));
        log.append(Freeze.by(ALICE, true, "holidays", NOW));
    }

    /** What is frozen may not come open because of a disk. */
    @Test
    void noDamagedBitOpensAnEnvironment() throws Exception {
        BitFlips.each(file, damage -> {
            try {
                assertThat(log.current().map(Freeze::reason)).as(damage).contains("holidays");
            } catch (CorruptStateException said) {
                assertThat(said).as(damage).hasMessageContaining(file.toString());
            }
        });
    }

    @Test
    void readsWhatWasWrittenBeforeThereWereSeals() throws Exception {
        Files.writeString(file, "\n" + Json.MAPPER.writeValueAsString(Freeze.by(ALICE, true, "of old", NOW)) + "\n");
        assertThat(log.current().map(Freeze::reason)).contains("of old");
        log.append(Freeze.by(ALICE, false, "looked at it", NOW));
        assertThat(log.current()).isEmpty();
    }
}
