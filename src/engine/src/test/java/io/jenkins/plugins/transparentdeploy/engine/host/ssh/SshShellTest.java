package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell.Ended;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exchanges with a real OpenSSH server that nothing goes wrong with. */
class SshShellTest {
    static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path shared;

    private static OpenSshServer server;
    private static SshShell shell;

    @TempDir
    private Path directory;

    @BeforeAll
    static void connect() throws Exception {
        server = OpenSshServer.start(shared);
        shell = new SshShell(SshHostTest.settings(server));
    }

    @AfterAll
    static void disconnect() throws Exception {
        shell.close();
        server.close();
    }

    static String say(SshShell shell, String script, String... arguments) throws IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        shell.run(script, List.of(arguments), InputStream.nullInputStream(), output, LONG);
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void carriesInputOutputErrorsAndExitCode() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Ended ended = shell.run(
                "cat; echo wrong >&2; exit 3",
                List.of(),
                new ByteArrayInputStream("grüß dich".getBytes(StandardCharsets.UTF_8)),
                output,
                LONG);
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("grüß dich");
        assertThat(ended).isEqualTo(new Ended(3, "wrong\n"));
        assertThat(ended.succeeded()).isFalse();
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        List<String> strange = List.of(
                "it's", "a\\b\\\\", "new\nline\n", "!x !!", "$HOME `id` *", "ümläut 日本", "", " \t ", "-n", "%s \\0101");
        StringBuilder wanted = new StringBuilder();
        strange.forEach(word -> wanted.append('[').append(word).append(']'));
        assertThat(say(shell, "for word in \"$@\"; do printf '[%s]' \"$word\"; done", strange.toArray(String[]::new)))
                .isEqualTo(wanted.toString());
        assertThatThrownBy(() -> say(shell, "true", "nul\0")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> say(shell, "true", "x".repeat(130_000)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("bytes");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "KILL, 137", "HUP, 129"})
    void aSignalIsAnExitCode(String signal, int code) throws Exception {
        assertThat(shell.run(
                                "kill -s " + signal + " $$",
                                List.of(),
                                InputStream.nullInputStream(),
                                OutputStream.nullOutputStream(),
                                LONG)
                        .exitCode())
                .isEqualTo(code);
    }

    @Test
    void keepsTheEndOfWhatIsSaidOnStandardError() throws Exception {
        Ended ended = shell.run(
                "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done >&2",
                List.of(),
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                LONG);
        assertThat(ended.errors()).hasSize(64 * 1024).endsWith("line 19999\n");
    }

    @Test
    void manyExchangesShareOneConnectionHoweverManyChannelsTheServerAllows() throws Exception {
        try (OpenSshServer narrow = OpenSshServer.start(directory, "MaxSessions 2");
                SshShell many = new SshShell(SshHostTest.settings(narrow))) {
            assertThat(together(many, 25)).hasSize(25).allMatch("done\n"::equals);
            assertThat(narrow.logins()).isEqualTo(1);
        }
        long before = server.logins();
        assertThat(together(shell, 40)).hasSize(40).allMatch("done\n"::equals);
        assertThat(server.logins()).isLessThanOrEqualTo(Math.max(1, before));
    }

    private static List<String> together(SshShell shell, int count) {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return say(shell, "sleep 0.1; echo done");
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        threads));
            }
            return answers.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anInterruptEndsTheExchangeAndTheScriptNoticesIt() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Path begun = directory.resolve("begun");
        Path ended = directory.resolve("ended");
        Thread runner = new Thread(() -> {
            try (InputStream never = new NeverEnding()) {
                shell.run(
                        "echo > \"$1\"; cat > /dev/null; echo > \"$2\"",
                        List.of(begun.toString(), ended.toString()),
                        never,
                        OutputStream.nullOutputStream(),
                        LONG);
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        runner.start();
        await().until(() -> Files.exists(begun));
        runner.interrupt();
        runner.join(LONG.toMillis());
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        await().until(() -> Files.exists(ended));
        assertThat(say(shell, "echo on the same connection")).isEqualTo("on the same connection\n");
    }

    /** Has nothing to say, and no end until it is closed. */
    static final class NeverEnding extends InputStream {
        private boolean closed;

        @Override
        public synchronized int read() throws IOException {
            while (!closed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return -1;
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }

    @Test
    void anExchangeThatTakesTooLongIsGivenUp() throws Exception {
        assertThatThrownBy(() -> shell.run(
                        "exec sleep 20",
                        List.of(),
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        Duration.ofMillis(300)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("web-1")
                .hasMessageContaining("300 ms");
        assertThat(say(shell, "echo next")).isEqualTo("next\n");
    }

    @Test
    void inputThatCannotBeReadIsNoEndOfInput() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("bad sector");
            }
        };
        assertThatThrownBy(() -> shell.run("cat", List.of(), broken, OutputStream.nullOutputStream(), LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad sector");
    }

    @ParameterizedTest
    @CsvSource({"ed25519, ''", "ecdsa, ''", "ecdsa, -b 521", "rsa, -b 3072", "rsa, -b 2048 -m PEM", "ecdsa, -m PKCS8"})
    void logsInWithEveryKindOfKey(String type, String options) throws Exception {
        String[] more = options.isEmpty() ? new String[0] : options.split(" ");
        Path key = OpenSshServer.key(directory.resolve("key"), type, more);
        server.authorize(key);
        try (SshShell own = new SshShell(as(key))) {
            assertThat(say(own, "echo in")).isEqualTo("in\n");
        }
    }

    private static SshSettings as(Path key) throws IOException {
        SshSettings usual = SshHostTest.settings(server);
        return SshSettings.of(usual.name(), usual.address(), new SecretReference.Stored(key))
                .knownIn(usual.knownHosts());
    }

    @Test
    void asksTheAgent() throws Exception {
        SshSettings usual = SshHostTest.settings(server);
        SshSettings settings = new SshSettings(
                usual.name(),
                usual.address(),
                Optional.empty(),
                true,
                usual.knownHosts(),
                Optional.empty(),
                usual.connectTimeout(),
                usual.keepAlive(),
                true,
                Optional.empty());
        Path socket = directory.resolve("agent");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        try {
            await().until(() -> Files.exists(socket));
            try (SshShell none = new SshShell(settings, socket.toString())) {
                assertThatThrownBy(() -> say(none, "true"))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("the SSH agent has none");
            }
            Path rsa = OpenSshServer.key(directory.resolve("rsa"), "rsa");
            server.authorize(rsa);
            for (Path key : List.of(rsa, server.userKey())) {
                ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString());
                add.environment().put("SSH_AUTH_SOCK", socket.toString());
                assertThat(add.start().waitFor()).isZero();
                try (SshShell own = new SshShell(settings, socket.toString())) {
                    assertThat(say(own, "echo in")).isEqualTo("in\n");
                }
                ProcessBuilder forget = new ProcessBuilder("ssh-add", "-q", "-D");
                forget.environment().put("SSH_AUTH_SOCK", socket.toString());
                assertThat(forget.start().waitFor()).isZero();
            }
        } finally {
            agent.destroy();
            agent.waitFor();
        }
        try (SshShell gone = new SshShell(settings, socket.toString())) {
            assertThatThrownBy(() -> say(gone, "true"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(socket.toString());
        }
        assertThatThrownBy(() -> new SshShell(settings, null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("SSH_AUTH_SOCK");
    }

    @Test
    void refusesKeysThatAreLockedReadByOthersMissingOrNone() throws Exception {
        Path locked = directory.resolve("locked");
        Process keygen = new ProcessBuilder(
                        "ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", locked.toString())
                .start();
        assertThat(keygen.waitFor()).isZero();
        assertRefused(locked, "passphrase");
        Path open = OpenSshServer.key(directory.resolve("open"), "ed25519");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(open, "chmod 600");
        assertRefused(directory.resolve("none"), "missing");
        Path junk = Files.writeString(directory.resolve("junk"), "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n");
        Files.setPosixFilePermissions(junk, PosixFilePermissions.fromString("rw-------"));
        assertRefused(junk, "junk");
    }

    private static void assertRefused(Path key, String why) throws Exception {
        try (SshShell own = new SshShell(as(key))) {
            assertThatThrownBy(() -> say(own, "true"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(why)
                    .hasMessageContaining(key.toString())
                    .hasMessageNotContaining("hunter2");
        }
    }
}
