package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host that is asked by its shell is found to be, and what its commands inherit. */
class ShellHostFactsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Optional<Path> state() {
        return Optional.of(directory.resolve("state"));
    }

    private static SshHost open(List<String> prefix, Optional<Path> state) throws IOException {
        try {
            return SshHost.open(new LocalShell("web-1", prefix), state);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void keepsItsStateBelowTheHomeOfWhoeverLogsIn() throws IOException {
        SshHost host = open(List.of("env", "HOME=" + directory), Optional.empty());
        Path kept = directory.resolve(".transparent-deploy");
        assertThat(host.files().stateDirectory()).isEqualTo(kept);
        assertThat(HostId.load(kept)).isEqualTo(host.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rwx------");
    }

    @Test
    void allThatAskAtTheSameTimeGetTheSameId() {
        List<CompletableFuture<HostId>> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ids.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return open(List.of(), state()).id();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        assertThat(ids.stream().map(CompletableFuture::join).collect(Collectors.toSet()))
                .hasSize(1);
        assertThat(state().orElseThrow()).isDirectoryNotContaining("glob:**.host-id.*");
    }

    @Test
    void anIdThatIsNoneIsCorrupt() throws IOException {
        Files.createDirectories(state().orElseThrow());
        Files.writeString(state().orElseThrow().resolve("host-id"), "web-1\n");
        assertThatThrownBy(() -> open(List.of(), state()))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("web-1");
    }

    @Test
    void aStateDirectoryThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> open(List.of(), Optional.of(file.resolve("state"))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void namesTheProgramsThatAreMissing() throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        for (String tool : List.of(
                "cat", "cut", "env", "getconf", "grep", "head", "ln", "mkdir", "mv", "rm", "setsid", "sleep", "stat",
                "sync", "tail", "tr", "uname", "wc")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
        }
        SshHost host = open(List.of("env", "PATH=" + bin), state());
        assertThatThrownBy(host::requirePosix)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("web-1")
                .hasMessageContaining("has no sha256sum, tar in its PATH");
        assertThatThrownBy(() -> host.run(Command.of("true"), LONG)).isInstanceOf(RefusedException.class);
        assertThatCode(() -> open(List.of(), state()).requirePosix()).doesNotThrowAnyException();
    }

    @Test
    void whateverAnswersInAnotherWayIsNoHost() {
        assertThatThrownBy(() -> open(List.of("echo", "This account is not available:"), state()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("POSIX shell")
                .hasMessageContaining("This account is not available");
        assertThatThrownBy(() -> open(List.of("false"), state())).isInstanceOf(RefusedException.class);
    }

    @Test
    void valuesOfTheEnvironmentStandOnNoCommandLine() throws Exception {
        SshHost host = open(List.of(), state());
        String secret = "tr0ub4dor & 'three'\nlines";
        Command sleeping = Command.shell("printf %s \"$TOKEN\" > token; exec sleep 300")
                .in(directory)
                .with(Map.of("TOKEN", secret));
        ProcessRef process = host.start(sleeping, directory.resolve("output"));
        CompletableFuture<Void> run = CompletableFuture.runAsync(() -> {
            try {
                host.run(Command.shell("sleep 1").with(Map.of("TOKEN", secret)), LONG);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!run.isDone()) {
            assertThat(commandLines()).noneMatch(line -> line.contains("tr0ub4dor"));
        }
        run.join();
        assertThat(directory.resolve("token")).hasContent(secret);
        host.stop(process, LONG);
    }

    private static Set<String> commandLines() throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            Set<String> lines = new HashSet<>();
            for (Path process : processes) {
                try {
                    lines.add(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // It has ended.
                }
            }
            return lines;
        }
    }

    @Test
    void marksOfABuildDoNotReachCommandsAndFileNamesSurvive() throws Exception {
        SshHost host = open(List.of("env", "-u", "LC_ALL", "-u", "LANG", "BUILD_ID=7", "OTHER=stays"), state());
        assertThat(host.run(Command.shell("echo \"${BUILD_ID-none} $OTHER ${LC_ALL-$LANG}\""), LONG)
                        .output())
                .isEqualTo("none stays C.UTF-8\n");
        assertThat(host.variables()).contains("PATH", "BUILD_ID", "OTHER").doesNotContain("LANG");
        SshHost german = open(List.of("env", "-u", "LC_ALL", "LANG=de_DE.UTF-8"), state());
        assertThat(german.run(Command.shell("echo $LANG"), LONG).output()).isEqualTo("de_DE.UTF-8\n");
    }

    @Test
    void refusesVariablesThatAShellCannotSet() throws IOException {
        SshHost host = open(List.of(), state());
        assertThatThrownBy(() -> host.run(Command.of("true").with(Map.of("my.property", "x")), LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("my.property");
        assertThat(directory.resolve("output")).doesNotExist();
    }

    @Test
    void tellsWhenAProcessStartedByTheHostsOwnClock() throws Exception {
        SshHost host = open(List.of(), state());
        ProcessRef process = host.start(Command.of("sleep", "300"), directory.resolve("output"));
        assertThat(process.startedAt())
                .isBetween(
                        Instant.now().minus(Duration.ofSeconds(30)),
                        Instant.now().plus(Duration.ofSeconds(2)));
        assertThat(host.find(process.pid())).contains(process);
        host.stop(process, Duration.ZERO);
    }

    @Test
    void whatWasLeftInTheBackgroundMayGoOnWriting() throws Exception {
        SshHost host = open(List.of(), state());
        String left = "(while [ ! -e end ]; do echo still here; sleep 0.05; done; echo over > over) & echo begun";
        assertThat(host.run(Command.shell(left).in(directory), LONG).output()).startsWith("begun\n");
        Files.createFile(directory.resolve("end"));
        await().until(() -> Files.exists(directory.resolve("over")));
    }

    @Test
    void whatIsStartedGetsItsSignals() throws Exception {
        SshHost host = open(List.of(), state());
        ProcessRef process = host.start(Command.of("sleep", "300"), directory.resolve("output"));
        // Shells let what runs in the background ignore SIGINT (2) and SIGQUIT (3); what is ignored already, stays so.
        assertThat(ignored(process.pid()) & 0b110)
                .isEqualTo(ignored(ProcessHandle.current().pid()) & 0b110);
        host.stop(process, Duration.ZERO);
    }

    private static long ignored(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseLong(line.replace("SigIgn:", "").strip(), 16))
                .findFirst()
                .orElseThrow();
    }
}
