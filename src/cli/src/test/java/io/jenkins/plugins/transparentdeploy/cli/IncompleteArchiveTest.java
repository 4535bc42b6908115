package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was released, or brought back, is so, also when not all of its records can be put together for the archive. */
class IncompleteArchiveTest {
    @TempDir
    private Path directory;

    @Test
    void aReleaseAndARollbackAreWhatCameOfThem() throws Exception {
        Terminal terminal = new Terminal(directory);
        Files.createDirectories(directory.resolve("live"));
        terminal.artifacts("1", "2");
        // Where the part of the journal is to be copied to, something is in the way, as a full disk would be.
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                freezeAfterRollback: false
                environments:
                  production:
                    target: {directory: %1$s/live}
                    ready:
                      command: [sh, -c, 'for r in %1$s/state/services/shop/production/releases/*/; do mkdir -p "$r/journal.jsonl.tmp"; done']
                """
                        .formatted(directory));

        assertSucceeds(terminal.tdeploy("run", "-a", "1", "-r", "1"));
        assertSucceeds(terminal.tdeploy("run", "-a", "2", "-r", "2"));
        assertSucceeds(terminal.tdeploy("rollback"));

        assertThat(directory.resolve("live/app")).hasContent("1");
    }

    private static void assertSucceeds(Terminal.Output output) {
        assertThat(output.exitCode()).as(output.out() + output.err()).isZero();
        assertThat(output.out()).contains("that are archived are not complete: ");
    }
}
