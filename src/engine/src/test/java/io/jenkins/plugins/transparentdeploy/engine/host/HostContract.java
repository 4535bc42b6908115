package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every host does. */
public abstract class HostContract {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    protected Path directory;

    /** The host under test; the test's directory exists on it, too. */
    protected abstract Host host() throws IOException;

    private Path output() {
        return directory.resolve("output");
    }

    private ProcessRef start(String script) throws IOException {
        return host().start(Command.shell(script).in(directory), output());
    }

    private void awaitOutput(String text) {
        await().until(() -> Files.exists(output()) && Files.readString(output()).contains(text));
    }

    private boolean runs(String pid) throws IOException {
        return host().find(Long.parseLong(pid.strip())).isPresent();
    }

    @Test
    void hasAnIdThatStays() throws IOException {
        assertThat(host().id()).isEqualTo(host().id());
    }

    @Test
    void knowsWhichStartOfItsKernelThisIs() throws IOException {
        assertThat(host().boot())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                        .strip());
    }

    @Test
    void runsACommandToItsEnd() throws Exception {
        CommandResult result = host().run(Command.shell("echo out; echo err >&2; exit 3"), LONG);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output()).isEqualTo("out\nerr\n");
        assertThat(result.timedOut()).isFalse();
        assertThat(result.succeeded()).isFalse();
        assertThat(host().run(Command.of("true"), LONG).succeeded()).isTrue();
    }

    @Test
    void keepsTheEndOfALongOutput() throws Exception {
        CommandResult result =
                host().run(Command.shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"), LONG);
        assertThat(result.output()).hasSize(Host.OUTPUT_LIMIT).endsWith("line 19998\nline 19999\n");
    }

    @Test
    void givesEnvironmentAndDirectory() throws Exception {
        Command command = Command.shell("echo \"$GREETING\"; pwd -P").with(Map.of("GREETING", "grüß dich"));
        assertThat(host().run(command.in(directory), LONG).output())
                .isEqualTo("grüß dich\n" + directory.toRealPath() + "\n");
    }

    @Test
    void argumentsAreNotReadByAShell() throws Exception {
        assertThat(host().run(Command.of("echo", "$HOME; `id` *"), LONG).output())
                .isEqualTo("$HOME; `id` *\n");
    }

    @Test
    void killsEverythingWhenTheTimeIsUp() throws Exception {
        String script = "sleep 300 & echo $! > child; setsid sleep 300 & echo $! > escaped; echo begun; wait";
        CommandResult result = host().run(Command.shell(script).in(directory), Duration.ofSeconds(1));
        assertThat(result.timedOut()).isTrue();
        assertThat(result.succeeded()).isFalse();
        assertThat(result.output()).isEqualTo("begun\n");
        assertThat(result.took()).isBetween(Duration.ofMillis(990), Duration.ofSeconds(10));
        await().untilAsserted(() -> {
            assertThat(runs(Files.readString(directory.resolve("child")))).isFalse();
            assertThat(runs(Files.readString(directory.resolve("escaped")))).isFalse();
        });
    }

    @Test
    void anInterruptKillsTheCommand() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Host host = host();
        Thread runner = new Thread(() -> {
            try {
                host.run(Command.shell("echo $$ > pid; exec sleep 300").in(directory), LONG);
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        runner.start();
        Path pid = directory.resolve("pid");
        await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        runner.interrupt();
        runner.join(LONG.toMillis());
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        await().until(() -> !runs(Files.readString(pid)));
    }

    @Test
    void doesNotWaitForWhatWasLeftInTheBackground() throws Exception {
        CommandResult result = host().run(Command.shell("sleep 300 & echo $!"), LONG);
        assertThat(result.succeeded()).isTrue();
        assertThat(result.took()).isLessThan(Duration.ofSeconds(10));
        ProcessRef sleeper =
                host().find(Long.parseLong(result.output().strip())).orElseThrow();
        host().run(Command.of("kill", Long.toString(sleeper.pid())), LONG);
    }

    @Test
    void refusesWhatDoesNotExist() {
        assertThatThrownBy(() -> host().run(Command.of("no-such-program"), LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'no-such-program'");
        assertThatThrownBy(() -> host().start(Command.of("/no/such/program"), output()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'/no/such/program'");
        assertThatThrownBy(() -> host().run(Command.of("true").in(directory.resolve("none")), LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("none");
        assertThat(output()).doesNotExist();
    }

    @Test
    void startsAProcessOfItsOwn() throws Exception {
        Files.writeString(output(), "before\n");
        ProcessRef process = start("echo started; read line || echo no input; exec sleep 300");
        awaitOutput("no input");
        assertThat(Files.readString(output())).isEqualTo("before\nstarted\nno input\n");
        assertThat(host().isRunning(process)).isTrue();
        assertThat(host().find(process.pid())).map(ProcessRef::incarnation).contains(process.incarnation());
        ProcessRef read = Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(process), ProcessRef.class);
        assertThat(host().isRunning(read)).isTrue();

        host().stop(process, LONG);

        assertThat(host().isRunning(process)).isFalse();
        assertThat(host().find(process.pid())).isEmpty();
        host().stop(process, LONG);
    }

    @Test
    void noticesThatAProcessHasEnded() throws Exception {
        ProcessRef process = start("exit 1");
        await().until(() -> !host().isRunning(process));
        host().stop(process, LONG);
    }

    @Test
    void leavesAnotherProcessWithTheSameIdAlone() throws Exception {
        ProcessRef process = start("exec sleep 300");
        ProcessRef older = new ProcessRef(process.pid(), process.startedAt(), process.incarnation() + "0");
        assertThat(host().isRunning(older)).isFalse();
        host().stop(older, Duration.ZERO);
        assertThat(host().isRunning(process)).isTrue();
        host().stop(process, Duration.ZERO);
    }

    @Test
    void stopsPolitelyFirst() throws Exception {
        ProcessRef process = start("trap 'echo asked to; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        awaitOutput("ready");
        host().stop(process, LONG);
        assertThat(Files.readString(output())).contains("asked to");
        assertThat(host().isRunning(process)).isFalse();
    }

    @Test
    void stopsByForceWhenTheGraceIsOver() throws Exception {
        ProcessRef process = start("trap '' TERM; sleep 300 & echo child $!; wait; while :; do sleep 1; done");
        awaitOutput("child");
        String child = Files.readString(output()).replace("child", "").strip();
        host().stop(process, Duration.ofMillis(200));
        assertThat(host().isRunning(process)).isFalse();
        assertThat(runs(child)).isFalse();
    }

    @Test
    void stopsWhatAStartScriptLeft() throws Exception {
        ProcessRef process = start("sleep 300 & echo child $!");
        awaitOutput("child");
        String child = Files.readString(output()).replace("child", "").strip();
        await().until(() -> !host().isRunning(process));
        assertThat(runs(child)).isTrue();
        host().stop(process, LONG);
        assertThat(runs(child)).isFalse();
    }

    @Test
    void aZombieDoesNotRun() throws Exception {
        // The shell's child ends, and the program that takes the shell's place never collects it.
        ProcessRef parent = start("sh -c 'while [ ! -e end ]; do sleep 0.02; done' & echo child $!; exec sleep 300");
        awaitOutput("child");
        long pid =
                Long.parseLong(Files.readString(output()).replace("child", "").strip());
        ProcessRef child = host().find(pid).orElseThrow();
        assertThat(host().isRunning(child)).isTrue();
        Files.createFile(directory.resolve("end"));
        await().until(() -> !host().isRunning(child) && host().find(pid).isEmpty());
        assertThat(host().isRunning(parent)).isTrue();
        host().stop(parent, LONG);
    }

    @Test
    void findsNoProcessThatIsNotThere() throws Exception {
        assertThat(host().find(0)).isEmpty();
        assertThat(host().find(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void keepsSmallFiles() throws Exception {
        HostFiles files = host().files();
        assertThat(files.stateDirectory()).isAbsolute();
        Path file = directory.resolve("made/on the way/it's \"grün\"");
        assertThat(files.read(file)).isEmpty();
        assertThat(files.tail(file, 10)).isEmpty();
        assertThat(files.modified(file)).isEmpty();
        files.delete(file);

        byte[] content = {0, 1, '\n', '\r', -1, 'x', '\n', '\n'};
        files.write(file, content);

        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(files.read(file)).hasValueSatisfying(read -> assertThat(read).isEqualTo(content));
        assertThat(files.tail(file, 3)).containsExactly('x', '\n', '\n');
        assertThat(files.tail(file, 100)).isEqualTo(content);
        assertThat(files.modified(file)).hasValueSatisfying(time -> assertThat(Duration.between(time, Instant.now()))
                .isLessThan(LONG));
        files.write(file, new byte[0]);
        assertThat(files.read(file)).hasValueSatisfying(read -> assertThat(read).isEmpty());
        files.delete(file);
        assertThat(file).doesNotExist();
        assertThat(file.getParent()).isEmptyDirectory();
        files.createDirectories(directory.resolve("a/b"));
        files.createDirectories(directory.resolve("a/b"));
        assertThat(directory.resolve("a/b")).isDirectory();
    }

    @Test
    void refusesFilesThatAreNotSmallAndWhatIsNoFile() throws Exception {
        HostFiles files = host().files();
        Path file = Files.write(directory.resolve("large"), new byte[Host.OUTPUT_LIMIT]);
        assertThat(files.read(file)).hasValueSatisfying(read -> assertThat(read).hasSize(Host.OUTPUT_LIMIT));
        Files.write(file, new byte[Host.OUTPUT_LIMIT + 1]);
        assertThatThrownBy(() -> files.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("large");
        assertThatThrownBy(() -> files.read(directory)).isInstanceOf(IOException.class);
        Path inside = file.resolve("inside");
        assertThatThrownBy(() -> files.write(inside, new byte[1])).isInstanceOf(IOException.class);
        Path taken = Files.createDirectory(directory.resolve("taken"));
        Files.createFile(taken.resolve("x"));
        assertThatThrownBy(() -> files.write(taken, new byte[1])).isInstanceOf(IOException.class);
        assertThat(taken).isDirectoryContaining("glob:**/x");
    }

    @Test
    void namesWhatACommandInherits() throws Exception {
        assertThat(host().variables()).contains("PATH");
        String inherited = host().run(Command.of("env"), LONG).output();
        assertThat(host().variables()).anyMatch(name -> inherited.contains(name + "="));
    }
}
