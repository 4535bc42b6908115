package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedLogsTest {
    @TempDir
    private Path directory;

    @Test
    void whatIsStillAskedIsRememberedHoweverManyNamesThereWere() throws Exception {
        AskedLogs asked = new AskedLogs(new EnvironmentDirectory(directory));
        assertThat(asked.files()).isEmpty();
        Path always = directory.resolve("shop.log");
        for (int build = 100; build < 200; build++) {
            LogMarks marks = LogMarks.take(asked.files());
            asked.remember(List.of(always, directory.resolve("build-" + build + ".log")), marks);
        }
        assertThat(asked.files())
                .hasSize(50)
                .contains(always, directory.resolve("build-199.log"))
                .doesNotContain(directory.resolve("build-100.log"));
    }

    @Test
    void whatADeploymentKnowsByItselfIsNotRemembered() throws Exception {
        AskedLogs asked = new AskedLogs(new EnvironmentDirectory(directory));
        Path described = directory.resolve("shop.log");
        asked.remember(List.of(described), LogMarks.take(List.of(described)));
        assertThat(Files.exists(directory.resolve("asked-logs.json"))).isFalse();
    }

    @Test
    void ofADamagedFileNothingIsKnown() throws Exception {
        Files.writeString(directory.resolve("asked-logs.json"), "[\"/var/l");
        assertThat(new AskedLogs(new EnvironmentDirectory(directory)).files()).isEmpty();
    }
}
