package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only looks does not wait for a release, and what is refused does not end it. */
class BesideARunningReleaseTest {
    @TempDir
    private Path directory;

    @Test
    void aReleaseGoesOnWhileOthersLookAndAskForWhatIsNotThere() throws Exception {
        Terminal terminal = new Terminal(directory);
        Files.createDirectories(directory.resolve("live"));
        terminal.artifacts("one", "two");
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: %s/live}
                """
                        .formatted(directory));
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        long records = terminal.tdeploy("journal").out().lines().count();
        Path gate = directory.resolve("gate");
        String run = terminal.tdeploy(
                        "run",
                        "-a",
                        "two",
                        "-r",
                        "2",
                        "--detach",
                        "--set",
                        "ready={command: [sh, -c, 'until test -e %s; do sleep 0.1; done'], timeout: 300s, attemptTimeout: 290s}"
                                .formatted(gate))
                .out()
                .strip();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(directory.resolve("live/app"))
                .equals("two"));

        Terminal.Output undo = terminal.tdeploy("undo", "--to", "99999");
        assertThat(undo.exitCode()).as(undo.err()).isEqualTo(2);
        assertThat(undo.out()).contains("no record 99999");
        Terminal.Output verify = terminal.tdeploy("verify");
        assertThat(verify.exitCode()).as(verify.out() + verify.err()).isZero();
        Terminal.Output replay = terminal.tdeploy("replay", "--to", Long.toString(records), "--into", "replica");
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(directory.resolve("replica/shop/app")).hasContent("one");

        Files.createFile(gate);
        assertThat(terminal.tdeploy("attach", run).exitCode()).isZero();
        assertThat(directory.resolve("live/app")).hasContent("two");
    }
}
