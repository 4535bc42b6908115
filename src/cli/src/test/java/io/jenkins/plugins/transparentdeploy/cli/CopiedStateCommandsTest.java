package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory that somebody copied to another machine. */
class CopiedStateCommandsTest {
    @TempDir
    private Path directory;

    @Test
    void rollbackIsRefusedUntilItTakesThePlaceOfTheHostThatIsGone() throws Exception {
        Files.createDirectories(directory.resolve("live"));
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                "service: shop\nenvironments: {production: {target: {directory: '" + directory + "/live'}}}\n");
        Terminal terminal = new Terminal(directory);
        Files.createDirectories(directory.resolve("build"));
        for (String version : new String[] {"1", "2"}) {
            Files.writeString(directory.resolve("build/app"), version);
            assertThat(terminal.tdeploy("run", "-a", "build", "-r", version).exitCode())
                    .isZero();
        }
        copyAsFromAnotherMachine();

        Terminal.Output refused = terminal.tdeploy("rollback", "--json");
        assertThat(refused.json().path("outcome").asText()).isEqualTo("REFUSED");
        assertThat(refused.json().path("message").asText()).contains("is a copy", "--take-over");
        assertThat(directory.resolve("live/app")).hasContent("2");

        Terminal.Output taken = terminal.tdeploy("rollback", "--take-over", "--json");
        assertThat(taken.exitCode()).as(taken.toString()).isZero();
        assertThat(directory.resolve("live/app")).hasContent("1");
    }

    private void copyAsFromAnotherMachine() throws Exception {
        Path state = directory.resolve("state");
        Path original = Files.move(state, directory.resolve("original"));
        assertThat(new ProcessBuilder("cp", "-a", original.toString(), state.toString())
                        .start()
                        .waitFor())
                .isZero();
        Path file = state.resolve("whereabouts.json");
        ObjectNode whereabouts = SealedJson.read(file, ObjectNode.class).orElseThrow();
        whereabouts.remove("seal");
        SealedJson.write(file, whereabouts.put("machine", "0123456789abcdef0123456789abcdef"));
    }
}
