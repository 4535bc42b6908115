package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseDirectoryTest {
    private static final ReleaseLabel LABEL = ReleaseLabel.of(Manifest.EMPTY);

    @TempDir
    private Path directory;

    @Test
    void aDamagedLabelIsNone() throws Exception {
        ReleaseDirectory release = new ReleaseDirectory(directory.resolve("r1"));
        release.label(Manifest.EMPTY);
        assertThat(release.label()).contains(LABEL);
        BitFlips.each(
                directory.resolve(".r1.json"),
                damage -> assertThat(release.label()).as(damage).isIn(Optional.of(LABEL), Optional.empty()));
    }

    @Test
    void readsWhatWasWrittenBeforeThereWereSeals() throws Exception {
        Files.write(directory.resolve(".r1.json"), Json.MAPPER.writeValueAsBytes(LABEL));
        assertThat(new ReleaseDirectory(directory.resolve("r1")).label()).contains(LABEL);
        assertThat(new ReleaseDirectory(directory.resolve("r2")).label()).isEmpty();
    }
}
