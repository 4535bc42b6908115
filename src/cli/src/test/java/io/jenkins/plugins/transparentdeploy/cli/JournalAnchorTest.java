package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that was cut off with all that tells of it in the state directory. */
class JournalAnchorTest {
    @TempDir
    private Path directory;

    @Test
    void aTailThatIsMissingIsNoticedByTheAnchorAlone() throws Exception {
        Terminal terminal = new Terminal(directory);
        Path anchor = directory.resolve("elsewhere/shop.head");
        Files.createDirectories(anchor.getParent());
        Files.createDirectories(directory.resolve("live"));
        Files.createDirectories(directory.resolve("build"));
        Files.writeString(directory.resolve("build/app"), "one");
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                journalAnchor: %1$s
                environments:
                  production:
                    target: {directory: "%2$s/live"}
                """
                        .formatted(anchor, directory));
        Terminal.Output mistaken = terminal.tdeploy("run", "--version", "1", "-a", "build");
        assertThat(mistaken.exitCode()).as("of an option that was not meant").isNotZero();
        assertThat(mistaken.err()).contains("--version");

        terminal.tdeploy("run", "-a", "build", "-r", "1");
        Path journal = directory.resolve("state/services/shop/production/journal");
        Path kept = directory.resolve("kept");
        copy(journal, kept);
        Terminal.Output rollback = terminal.tdeploy("rollback", "--to", "1", "--force", "--json");
        String head = Files.readString(anchor).strip();
        String told = rollback.json().at("/journalHead").asText();
        assertThat(terminal.tdeploy("journal", "verify", "--head", told).exitCode())
                .as("of what whoever asked for the rollback was told: " + told)
                .isZero();

        Terminal.Output whole = terminal.tdeploy("journal", "verify", "--anchor", anchor.toString());
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        assertThat(whole.out()).contains(head);

        delete(journal);
        copy(kept, journal);
        Path other = directory.resolve("state/services/other/production/journal");
        copy(kept, other);
        assertThat(terminal.tdeploy("journal", "verify", "-s", "other", "-e", "production")
                        .exitCode())
                .as("an older journal, with its own checkpoint, is whole by itself")
                .isZero();
        for (String[] command : new String[][] {{"journal", "verify"}, {"verify"}}) {
            Terminal.Output described = terminal.tdeploy(command);
            assertThat(described.exitCode())
                    .as("of the anchor that the service file names")
                    .isNotZero();
            assertThat(described.out()).contains("there was a record " + head.split(":")[0]);
        }
        Terminal.Output cut = terminal.tdeploy("journal", "verify", "--anchor", anchor.toString());
        assertThat(cut.exitCode()).isNotZero();
        assertThat(cut.out()).contains("there was a record " + head.split(":")[0]);

        Terminal.Output cutOfTold = terminal.tdeploy("journal", "verify", "--head", told);
        assertThat(cutOfTold.exitCode()).isNotZero();
        assertThat(cutOfTold.out()).contains("there was a record " + told.split(":")[0]);

        terminal.tdeploy("run", "-a", "build", "-r", "2");
        assertThat(anchor).as("the evidence").hasContent(head);
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        try (var files = Files.newDirectoryStream(from)) {
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path directory) throws Exception {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
