package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorCommandTest {
    @TempDir
    private Path directory;

    private String run(Host host, Optional<Path> environmentFile) throws Exception {
        AuthorCommand command =
                new AuthorCommand(List.of("env"), Map.of("GIVEN", "by the author"), environmentFile, directory);
        return host.run(command.resolve(host), Duration.ofSeconds(20)).output();
    }

    @Test
    void inheritsOnlyWhatEveryProgramNeedsOfItsOwnHost() throws Exception {
        Host local = LocalHost.open(directory.resolve("state"));
        assertThat(System.getenv()).as("a variable of this process").containsKey("TDEPLOY_TEST_SECRET");
        assertThat(run(local, Optional.empty()))
                .contains("PATH=", "GIVEN=by the author")
                .doesNotContain("TDEPLOY_TEST_SECRET");
        LocalShell shell = new LocalShell("web-1", List.of("env", "-u", "TDEPLOY_TEST_SECRET", "ONLY_THERE=secret"));
        assertThat(run(SshHost.open(shell, Optional.of(directory.resolve("state"))), Optional.empty()))
                .contains("PATH=", "GIVEN=by the author")
                .doesNotContain("ONLY_THERE");
    }

    @Test
    void readsTheEnvironmentFileOfItsHost() throws Exception {
        Path file = Files.writeString(directory.resolve("shop.env"), "# of the shop\nTOKEN=a=b c\n");
        Host host = SshHost.open(new LocalShell(), Optional.of(directory.resolve("state")));
        assertThat(run(host, Optional.of(file))).contains("\nTOKEN=a=b c\n");
        assertThatThrownBy(() -> run(host, Optional.of(directory.resolve("none"))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("none");
    }
}
