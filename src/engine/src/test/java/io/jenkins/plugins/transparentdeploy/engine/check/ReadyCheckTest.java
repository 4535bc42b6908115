package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyCheckTest {
    private static final Check CHECK = new TcpCheck("port", "127.0.0.1", 1, Duration.ofSeconds(1));

    private final FakeTicker ticker = new FakeTicker();

    private static CheckRunner answering(Boolean... passes) {
        Iterator<Boolean> next = Arrays.asList(passes).iterator();
        return check -> new CheckResult(
                check.name(), check.kind(), next.hasNext() && next.next(), "said so", "", "", Duration.ZERO, 1);
    }

    @Test
    void passesAfterSoManyInARow() throws Exception {
        CheckResult result = new ReadyCheck(CHECK, 2, Duration.ofMinutes(1))
                .await(answering(false, true, false, true, true), ticker, ReadyCheck.Watch.nothing());
        assertThat(result.passed()).isTrue();
        assertThat(result.attempts()).isEqualTo(5);
    }

    @Test
    void asksAtOnceAndThenLessAndLess() throws Exception {
        CheckResult result =
                new ReadyCheck(CHECK, 1, Duration.ofSeconds(10)).await(answering(), ticker, ReadyCheck.Watch.nothing());
        assertThat(result.passed()).isFalse();
        assertThat(result.detail()).isEqualTo("said so");
        assertThat(ticker.sleeps())
                .startsWith(
                        Duration.ofMillis(100),
                        Duration.ofMillis(150),
                        Duration.ofMillis(225),
                        Duration.ofNanos(337_500_000))
                .endsWith(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(ticker.now()).isBefore(FakeTicker.START.plusSeconds(10));
    }

    @Test
    void givesUpWhenThereIsNoHope() throws Exception {
        CheckResult result = new ReadyCheck(CHECK, 1, Duration.ofMinutes(1))
                .await(answering(true), ticker, () -> Optional.of("it is dead"));
        assertThat(result.passed()).isFalse();
        assertThat(result.detail()).isEqualTo("it is dead");
        assertThat(ticker.sleeps()).isEmpty();
    }

    @Test
    void showsWhatAProcessSaidLast(@TempDir Path directory) throws Exception {
        Host host = LocalHost.open(directory);
        Path output = directory.resolve("output");
        ProcessRef process = host.start(Command.shell("echo early; seq 1 8; echo port in use; exit 1"), output);
        await().until(() -> !host.isRunning(process));
        ReadyCheck.Watch watch = ReadyCheck.Watch.process(host, process, output);
        CheckResult result = new ReadyCheck(CHECK, 1, Duration.ofMinutes(1)).await(host, Clock.systemUTC(), watch);
        assertThat(result.passed()).isFalse();
        assertThat(result.detail())
                .isEqualTo("the process " + process.pid() + " has ended; its last output in " + output
                        + ":\nearly\n1\n2\n3\n4\n5\n6\n7\n8\nport in use");
    }

    @Test
    void passesForARealPort(@TempDir Path directory) throws Exception {
        Host host = LocalHost.open(directory);
        ProcessRef process = host.start(Command.of("sleep", "300"), directory.resolve("output"));
        try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Check check = new TcpCheck("port", "127.0.0.1", socket.getLocalPort(), Duration.ofSeconds(10));
            ReadyCheck.Watch watch = ReadyCheck.Watch.process(host, process, directory.resolve("output"));
            assertThat(new ReadyCheck(check, 3, Duration.ofMinutes(1)).await(host, Clock.systemUTC(), watch))
                    .matches(result -> result.passed() && result.attempts() == 3);
        } finally {
            host.stop(process, Duration.ZERO);
        }
    }

    @Test
    void refusesWhatCouldNeverPass() {
        assertThatThrownBy(() -> new ReadyCheck(CHECK, 0, Duration.ofSeconds(1)))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new ReadyCheck(CHECK, 1, Duration.ZERO)).isInstanceOf(RefusedException.class);
    }
}
