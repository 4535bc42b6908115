package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
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

    /** Nobody may go on believing that it is frozen. */
    @Test
    void whatAFullDiskCutsOffIsSaidToBeSo() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(root, 256)) {
            FreezeLog there = new FreezeLog(new EnvironmentDirectory(disk.directory()));
            String reason = "x".repeat(1000);
            there.append(Freeze.by(ALICE, false, reason, NOW));
            disk.fill("ballast", 0);

            // In what is left of the last page there is space for some lines, and for a part of another one.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 5; i++) {
                            there.append(Freeze.by(ALICE, true, i + reason, NOW));
                            assertThat(there.current().map(Freeze::reason)).contains(i + reason);
                        }
                    })
                    .isInstanceOf(IOException.class);

            Files.delete(disk.directory().resolve("ballast"));
            there.append(Freeze.by(ALICE, true, "at last", NOW));
            assertThat(there.current().map(Freeze::reason)).contains("at last");
        }
    }

    @Test
    void readsWhatWasWrittenBeforeThereWereSeals() throws Exception {
        Files.writeString(file, "\n" + Json.MAPPER.writeValueAsString(Freeze.by(ALICE, true, "of old", NOW)) + "\n");
        assertThat(log.current().map(Freeze::reason)).contains("of old");
        log.append(Freeze.by(ALICE, false, "looked at it", NOW));
        assertThat(log.current()).isEmpty();
    }
}
