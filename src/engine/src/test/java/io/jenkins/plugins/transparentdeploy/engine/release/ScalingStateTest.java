package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingStateTest {
    @TempDir
    private Path root;

    @Test
    void noDamagedBitStartsWhatIsParked() throws Exception {
        EnvironmentDirectory directory = new EnvironmentDirectory(root);
        ScalingState state = new ScalingState(
                Set.of("b", "c"), Optional.of(Instant.parse("2026-11-21T10:00:00.123Z")), Set.of("d"), Set.of("a"));
        state.write(directory);
        BitFlips.each(directory.scaling(), damage -> {
            try {
                assertThat(ScalingState.read(directory)).as(damage).isEqualTo(state);
            } catch (CorruptStateException said) {
                assertThat(said)
                        .as(damage)
                        .hasMessageContaining(directory.scaling().toString())
                        .hasMessageContaining("Remove it");
            }
        });
    }
}
