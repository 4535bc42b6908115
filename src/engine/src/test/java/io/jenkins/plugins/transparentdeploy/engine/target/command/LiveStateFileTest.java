package io.jenkins.plugins.transparentdeploy.engine.target.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveStateFileTest {
    private static final LiveState BEGUN =
            LiveState.NOTHING.capturing(Manifest.EMPTY).beginning("apply", Manifest.EMPTY);

    @TempDir
    private Path directory;

    /** One that does not say any more what was begun would let the next release do nothing. */
    @Test
    void noDamagedBitMakesItSayAnythingElse() throws Exception {
        LiveStateFile file = new LiveStateFile(directory.resolve("memory/target.json"));
        file.write(BEGUN);
        BitFlips.each(file.path(), damage -> {
            try {
                assertThat(file.read()).as(damage).isEqualTo(BEGUN);
            } catch (CorruptStateException said) {
                assertThat(said)
                        .as(damage)
                        .hasMessageContaining(file.path().toString())
                        .hasMessageContaining("Remove it");
            }
        });
    }

    @Test
    void readsWhatWasWrittenBeforeThereWereSeals() throws Exception {
        LiveStateFile file = new LiveStateFile(directory.resolve("target.json"));
        assertThat(file.read()).isEqualTo(LiveState.NOTHING);
        Files.write(file.path(), Json.MAPPER.writeValueAsBytes(BEGUN));
        assertThat(file.read()).isEqualTo(BEGUN);
    }
}
