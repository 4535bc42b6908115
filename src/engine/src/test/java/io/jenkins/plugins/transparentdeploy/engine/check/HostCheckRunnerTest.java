package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCheckRunnerTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private CheckRunner runner;

    @BeforeEach
    void open() throws IOException {
        runner = new HostCheckRunner(LocalHost.open(directory));
    }

    private static ServerSocket listen(int backlog) throws IOException {
        return new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    }

    @Test
    void tcpPassesWhenAConnectionIsAccepted() throws Exception {
        try (ServerSocket socket = listen(10)) {
            CheckResult result = runner.run(new TcpCheck("port", "127.0.0.1", socket.getLocalPort(), LONG));
            assertThat(result.passed()).isTrue();
            assertThat(result.sent()).isEqualTo("connect to 127.0.0.1:" + socket.getLocalPort());
        }
    }

    @Test
    void tcpSaysWhyItFailed() throws Exception {
        int port;
        try (ServerSocket socket = listen(1)) {
            port = socket.getLocalPort();
        }
        assertThat(runner.run(new TcpCheck("port", "127.0.0.1", port, LONG)).detail())
                .isEqualTo("127.0.0.1:" + port + " refused the connection: nothing listens there");
        assertThat(runner.run(new TcpCheck("port", "no-such-host.invalid", 80, LONG))
                        .detail())
                .isEqualTo("the host of no-such-host.invalid:80 is unknown");
    }

    @Test
    void tcpGivesUpWhenTheTimeIsUp() throws Exception {
        List<Socket> fill = new ArrayList<>();
        try (ServerSocket full = listen(1)) {
            // A listener that never accepts: when its backlog is full, connections wait.
            for (int i = 0; i < 2; i++) {
                fill.add(new Socket(full.getInetAddress(), full.getLocalPort()));
            }
            CheckResult result =
                    runner.run(new TcpCheck("port", "127.0.0.1", full.getLocalPort(), Duration.ofMillis(300)));
            assertThat(result.detail()).contains("did not accept a connection within 300 ms");
        } finally {
            for (Socket socket : fill) {
                socket.close();
            }
        }
    }

    @Test
    void commandPassesWithExitCodeZero() throws Exception {
        Command command = Command.shell("echo checked $WHAT").with(Map.of("WHAT", "hunter2"));
        CheckResult result = runner.run(new CommandCheck("cmd", command, LONG));
        assertThat(result.passed()).isTrue();
        assertThat(result.received()).isEqualTo("checked hunter2\n");
        assertThat(result.sent()).contains("echo checked").doesNotContain("hunter2");
    }

    @Test
    void commandSaysWhyItFailed() throws Exception {
        assertThat(runner.run(new CommandCheck("cmd", Command.shell("echo no; exit 4"), LONG)))
                .matches(result -> !result.passed()
                        && result.received().equals("no\n")
                        && result.detail().equals("the command ended with exit code 4"));
        assertThat(runner.run(new CommandCheck("cmd", Command.of("sleep", "300"), Duration.ofMillis(100))))
                .matches(result -> !result.passed() && result.detail().equals("the command was killed after 100 ms"));
        assertThat(runner.run(new CommandCheck("cmd", Command.of("no-such-program"), LONG)))
                .matches(result -> !result.passed() && result.detail().contains("no-such-program"));
    }

    @Test
    void commandSeesNoSecretOfWhoAsks() throws Exception {
        assertThat(System.getenv()).as("a variable of this process").containsKey("TDEPLOY_TEST_SECRET");
        CheckResult result = runner.run(new CommandCheck("cmd", Command.shell("env; exit 1"), LONG));
        assertThat(result.detail()).isEqualTo("the command ended with exit code 1");
        assertThat(result.received()).contains("PATH=").doesNotContain("TDEPLOY_TEST_SECRET", "not for services");
        assertThat(result.sent()).as("as its author wrote it").isEqualTo("sh -c env; exit 1");
    }

    @Test
    void refusesChecksThatCannotBe() {
        assertThatThrownBy(() -> new TcpCheck("port", "localhost", 0, LONG)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new TcpCheck("port", " ", 80, LONG)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new TcpCheck("", "localhost", 80, LONG)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new TcpCheck("port", "localhost", 80, Duration.ZERO))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'port'");
    }
}
