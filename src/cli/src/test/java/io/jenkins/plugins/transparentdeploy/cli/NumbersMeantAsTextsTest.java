package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between a service file and the service there are a request, a worker of its own, and records. */
class NumbersMeantAsTextsTest {
    @TempDir
    private Path directory;

    @Test
    void aVersionKeepsItsLastZeroOnItsWayToTheServiceAndBack() throws Exception {
        Terminal terminal = new Terminal(directory);
        Files.createDirectories(directory.resolve("live"));
        for (String version : new String[] {"one", "two"}) {
            Files.createDirectories(directory.resolve(version));
            Files.writeString(directory.resolve(version).resolve("app"), version);
        }
        Path started = directory.resolve("started");
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: %s/live}
                    process:
                      start: [sh, -c, "echo $0 $VERSION >> %s", 1.10]
                      stop: ["true"]
                      environment: {VERSION: 2.0}
                """
                        .formatted(directory, started));

        assertThat(terminal.tdeploy("run", "-a", "one", "-r", "1").exitCode()).isZero();
        assertThat(terminal.tdeploy("run", "-a", "two", "-r", "2", "--set", "process.environment.VERSION=3.10")
                        .exitCode())
                .isZero();
        assertThat(terminal.tdeploy("rollback").exitCode()).isZero();
        assertThat(Files.readAllLines(started)).containsExactly("1.10 2.0", "1.10 3.10", "1.10 2.0");
    }
}
