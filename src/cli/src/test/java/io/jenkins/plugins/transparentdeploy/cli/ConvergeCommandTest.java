package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tdeploy converge} as a process, with the instances on this machine. */
class ConvergeCommandTest {
    @TempDir
    private Path directory;

    private Terminal terminal;

    @BeforeEach
    void service() throws IOException {
        terminal = new Terminal(directory);
        for (String instance : new String[] {"a", "b"}) {
            Files.createDirectories(directory.resolve("live").resolve(instance));
        }
        terminal.artifacts("one");
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: "%s/live/{instance}"}
                    instances: {a: {}, b: {}}
                """
                        .formatted(directory));
    }

    @Test
    void whatIsNotAsItShouldBeIsBroughtThereAndForeignChangesOnlyWhenForced() throws Exception {
        Terminal.Output nothing = terminal.tdeploy("converge");
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.out()).contains("Nothing is live");

        terminal.tdeploy("run", "-a", "one", "-r", "1");
        assertThat(terminal.tdeploy("converge", "--json").json().at("/outcome").asText())
                .isEqualTo("NOTHING");

        Files.writeString(directory.resolve("live/b/app"), "patched by hand");
        Terminal.Output drifted = terminal.tdeploy("converge");
        assertThat(drifted.exitCode()).isEqualTo(6);
        assertThat(drifted.out())
                .contains("b: left as it is, for somebody else changed it")
                .contains("1 of 2 instances");
        assertThat(Files.readString(directory.resolve("live/b/app"))).isEqualTo("patched by hand");
        assertThat(terminal.tdeploy("status").out())
                .contains("1 of 2 instances")
                .contains("! b on");

        Terminal.Output forced = terminal.tdeploy("converge", "--force", "--json");
        assertThat(forced.exitCode()).isZero();
        assertThat(forced.json().at("/outcome").asText()).isEqualTo("CONVERGED");
        assertThat(forced.json().at("/convergence/complete").asBoolean()).isTrue();
        assertThat(Files.readString(directory.resolve("live/b/app"))).isEqualTo("one");
        assertThat(terminal.tdeploy("status", "--json")
                        .json()
                        .at("/hosts/b/wrong")
                        .asText())
                .isEmpty();
    }
}
