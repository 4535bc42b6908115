package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LocalHostTest extends HostContract {
    @Override
    protected Host host() throws IOException {
        return LocalHost.open(directory.resolve("state"));
    }

    @Test
    void acceptsThisMachine() {
        assertThatCode(() -> host().requirePosix()).doesNotThrowAnyException();
    }

    @Test
    void refusesWindows() {
        HostId id = new HostId(UUID.randomUUID().toString());
        LocalHost windows = new LocalHost(id, directory, "Windows Server 2022", Clock.systemUTC());
        assertThatThrownBy(windows::requirePosix)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Windows Server 2022")
                .hasMessageContaining(windows.name())
                .hasMessageContaining("Linux");
        assertThatThrownBy(() -> windows.start(Command.of("true"), directory.resolve("output")))
                .isInstanceOf(RefusedException.class);
    }

    /** Starts a process, says which, and ends. */
    static final class Starter {
        public static void main(String[] args) throws IOException {
            ProcessRef process = LocalHost.open(Path.of(args[0]))
                    .start(
                            Command.shell("exec sleep 300").with(Map.of("KEPT", "yes")),
                            Path.of(args[0]).resolve("output"));
            System.out.print(Json.MAPPER.writeValueAsString(process));
        }
    }

    @Test
    void whatItStartsOutlivesTheBuildThatStartedIt() throws Exception {
        ProcessBuilder build = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                directory.resolve("state").toString()));
        Map<String, String> marks =
                Map.of("BUILD_ID", "7", "JENKINS_NODE_COOKIE", "secret", "JENKINS_SERVER_COOKIE", "secret");
        build.environment().putAll(marks);
        Process starter = build.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(starter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(starter.waitFor()).isZero();

        ProcessRef process = Json.MAPPER.readValue(output, ProcessRef.class);
        assertThat(host().isRunning(process)).isTrue();
        String environment = Files.readString(
                Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
        assertThat(Arrays.asList(environment.split("\0")))
                .contains("KEPT=yes")
                .noneMatch(variable -> marks.keySet().stream().anyMatch(mark -> variable.startsWith(mark + "=")));
        host().stop(process, Duration.ofSeconds(10));
        assertThat(host().isRunning(process)).isFalse();
    }

    @Test
    void aZombieAndALaterProcessWithTheSameIdAreNotAlive() throws Exception {
        Instant now = Instant.now();
        // The shell becomes a program that never collects its child, which ends only then.
        Process parent =
                new ProcessBuilder("sh", "-c", "exec 3<&0; sh -c 'read line <&3' & echo $!; exec sleep 300").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());
            Awaitility.await().until(() -> Files.readString(Path.of("/proc/" + parent.pid() + "/comm"))
                    .startsWith("sleep"));
            parent.outputWriter().append("end\n").flush();
            Awaitility.await().until(() -> Files.readString(Path.of("/proc/" + child + "/stat"))
                    .contains(") Z "));
            assertThat(LocalHost.isAlive(child, now)).isFalse();
            assertThat(LocalHost.isAlive(parent.pid(), now)).isTrue();
            assertThat(LocalHost.isAlive(parent.pid(), now.minus(Duration.ofHours(1))))
                    .isFalse();
        } finally {
            parent.destroyForcibly().waitFor();
        }
        assertThat(LocalHost.isAlive(parent.pid(), now)).isFalse();
    }
}
