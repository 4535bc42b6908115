package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshShellTest.LONG;
import static io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshShellTest.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between here and a real OpenSSH server. */
class SshFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private static Path keys;

    @TempDir
    private Path directory;

    private OpenSshServer server;
    private CuttingProxy proxy;

    @BeforeEach
    void start() throws Exception {
        server = OpenSshServer.start(keys);
        proxy = new CuttingProxy(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        server.close();
    }

    private SshSettings settings() throws IOException {
        return SshHostTest.settings(server);
    }

    private SshSettings throughProxy() throws IOException {
        Path known = Files.writeString(directory.resolve("known"), server.knownHost(proxy.port()) + "\n");
        SecretReference key = new SecretReference.Stored(server.userKey());
        return SshSettings.of("web-1", new SshAddress(server.user(), "127.0.0.1", proxy.port()), key)
                .knownIn(known);
    }

    private static void assertRefused(SshSettings settings, String... parts) throws IOException {
        try (SshShell shell = new SshShell(settings)) {
            assertThatThrownBy(() -> say(shell, "true"))
                    .isInstanceOf(RefusedException.class)
                    .satisfies(refused -> assertThat(refused.getMessage()).contains(parts));
        }
    }

    private String fingerprint(Path key) throws Exception {
        Process keygen = new ProcessBuilder("ssh-keygen", "-lf", key.toString()).start();
        return new String(keygen.getInputStream().readAllBytes()).split(" ")[1];
    }

    @Test
    void anUnknownHostKeyIsRefusedWithWhatToDo() throws Exception {
        String line = server.knownHost(server.port());
        String fingerprint = fingerprint(keys.resolve("host_key.pub"));
        assertRefused(
                settings().knownIn(directory.resolve("none")),
                "is not known",
                fingerprint,
                line,
                "ssh-keyscan -p " + server.port() + " 127.0.0.1");
        Path elsewhere = Files.writeString(directory.resolve("known"), server.knownHost(server.port() + 1) + "\n");
        assertRefused(settings().knownIn(elsewhere), "is not known");
        assertThat(server.logins()).isZero();
        assertThat(Files.readString(elsewhere)).as("nothing is learned").doesNotContain(line);
    }

    @Test
    void aChangedHostKeyIsRefusedLoudly() throws Exception {
        Path other = OpenSshServer.key(directory.resolve("other"), "ed25519");
        String[] key = Files.readString(Path.of(other + ".pub")).split(" ");
        Path known = Files.writeString(
                directory.resolve("known"),
                "# hosts\n\n[127.0.0.1]:" + server.port() + " " + key[0] + " " + key[1] + "\n");
        assertRefused(
                settings().knownIn(known),
                "HAS CHANGED",
                "line 3 of " + known,
                fingerprint(other),
                fingerprint(keys.resolve("host_key.pub")),
                "ssh-keygen -R '[127.0.0.1]:" + server.port() + "' -f " + known);
        assertThat(server.logins()).isZero();
    }

    @Test
    void aRevokedHostKeyIsRefusedAlsoWhenItIsKnown() throws Exception {
        String line = server.knownHost(server.port());
        Path known =
                Files.writeString(directory.resolve("known"), line + "\n@revoked * " + line.split(" ", 2)[1] + "\n");
        assertRefused(settings().knownIn(known), "REVOKED", "line 2");
    }

    @Test
    void readsHashedKnownHosts() throws Exception {
        Path known = Files.writeString(directory.resolve("known"), server.knownHost(server.port()) + "\n");
        assertThat(new ProcessBuilder("ssh-keygen", "-q", "-H", "-f", known.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(Files.readString(known)).startsWith("|1|").doesNotContain("127.0.0.1");
        try (SshShell shell = new SshShell(settings().knownIn(known))) {
            assertThat(say(shell, "echo in")).isEqualTo("in\n");
        }
    }

    @Test
    void asksForTheTypeOfKeyThatIsKnown() throws Exception {
        Path rsa = OpenSshServer.key(directory.resolve("rsa"), "rsa");
        try (OpenSshServer two = OpenSshServer.start(directory.resolve("two"), "HostKey " + rsa)) {
            String[] key = Files.readString(Path.of(rsa + ".pub")).split(" ");
            Path known = Files.writeString(
                    directory.resolve("known"), "[127.0.0.1]:" + two.port() + " " + key[0] + " " + key[1] + "\n");
            try (SshShell shell = new SshShell(SshHostTest.settings(two).knownIn(known))) {
                assertThat(say(shell, "echo in")).isEqualTo("in\n");
            }
        }
    }

    @Test
    void aWrongUserOrKeyIsRefusedWithWhatWasTried() throws Exception {
        Path stranger = OpenSshServer.key(directory.resolve("stranger"), "ed25519");
        SshAddress address = settings().address();
        assertRefused(
                SshSettings.of("web-1", address, new SecretReference.Stored(stranger))
                        .knownIn(server.knownHosts()),
                server.user() + " may not log in on web-1",
                fingerprint(stranger),
                "publickey",
                "authorized_keys");
        SshAddress nobody = new SshAddress("no-such-user", address.host(), address.port());
        assertRefused(
                SshSettings.of("web-1", nobody, new SecretReference.Stored(server.userKey()))
                        .knownIn(server.knownHosts()),
                "no-such-user may not log in on web-1");
    }

    @Test
    void aPortThatNobodyListensAtIsNamed() throws Exception {
        server.close();
        try (SshShell shell = new SshShell(settings().timed(SHORT, Duration.ZERO))) {
            assertThatThrownBy(() -> say(shell, "true"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot connect to web-1")
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .hasMessageContaining("refused");
        }
        server.start();
    }

    @Test
    void waitsForAServerThatIsBeingRestarted() throws Exception {
        server.close();
        try (SshShell shell = new SshShell(settings())) {
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return say(shell, "echo in");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            server.start();
            assertThat(answer.join()).isEqualTo("in\n");
        }
    }

    @Test
    void aBlackHoleInsteadOfAServerIsGivenUp() throws Exception {
        proxy.blackHole(true);
        try (SshShell shell = new SshShell(throughProxy().timed(SHORT, Duration.ZERO))) {
            assertThatThrownBy(() -> say(shell, "true"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot connect to web-1");
            proxy.blackHole(false);
        }
    }

    @Test
    void aConnectionThatGivesNoSignOfLifeIsGivenUpAndMadeAnew() throws Exception {
        try (SshShell shell = new SshShell(throughProxy().timed(Duration.ofSeconds(2), SHORT))) {
            assertThat(say(shell, "echo in")).isEqualTo("in\n");
            proxy.blackHole(true);
            assertThatThrownBy(() -> say(shell, "echo swallowed"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("web-1");
            proxy.blackHole(false);
            assertThat(say(shell, "echo again")).isEqualTo("again\n");
        }
    }

    @Test
    void aConnectionThatIsCutDuringAnExchangeIsNotTakenForItsEnd() throws Exception {
        try (SshShell shell = new SshShell(throughProxy())) {
            assertThat(say(shell, "echo in")).isEqualTo("in\n");
            proxy.cutAfter(1_000_000);
            assertThatThrownBy(() -> say(shell, "head -c 100000000 /dev/zero"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("web-1")
                    .hasMessageContaining("lost");
            assertThat(say(shell, "echo again")).isEqualTo("again\n");
            proxy.cutAfter(1_000_000);
            byte[] upload = new byte[10_000_000];
            assertThatThrownBy(() -> shell.run(
                            "cat > /dev/null",
                            List.of(),
                            new ByteArrayInputStream(upload),
                            OutputStream.nullOutputStream(),
                            LONG))
                    .isInstanceOf(IOException.class);
            assertThat(say(shell, "echo and again")).isEqualTo("and again\n");
            assertThat(proxy.connections()).isEqualTo(3);
        }
    }

    @Test
    void aConnectionThatWasCutWhileNobodyAskedIsMadeAnew() throws Exception {
        try (SshShell shell = new SshShell(throughProxy())) {
            for (int i = 0; i < 3; i++) {
                assertThat(say(shell, "echo in")).isEqualTo("in\n");
                long before = server.logins();
                proxy.cut();
                // At the latest when it was noticed; an exchange that was not begun is begun on another.
                await().ignoreExceptions().until(() -> say(shell, "echo again").equals("again\n"));
                assertThat(server.logins()).isEqualTo(before + 1);
            }
        }
    }

    @Test
    void aRestartedServerIsConnectedToAgain() throws Exception {
        try (SshShell shell = new SshShell(settings())) {
            assertThat(say(shell, "echo in")).isEqualTo("in\n");
            server.close();
            server.start();
            await().ignoreExceptions().until(() -> say(shell, "echo again").equals("again\n"));
        }
    }

    @Test
    void aSlowLineIsNoBrokenOne() throws Exception {
        proxy.delay(Duration.ofMillis(50));
        try (SshShell shell = new SshShell(throughProxy())) {
            assertThat(say(shell, "echo in")).isEqualTo("in\n");
        }
    }

    @Test
    void goesThroughAJumpHostWhoseKeyHasToBeKnownToo() throws Exception {
        try (OpenSshServer jump = OpenSshServer.start(directory.resolve("jump"))) {
            jump.authorize(server.userKey());
            SshAddress entrance = new SshAddress(jump.user(), "127.0.0.1", jump.port());
            assertRefused(settings().through(entrance), "is not known", "127.0.0.1");
            Path known = Files.writeString(
                    directory.resolve("known"),
                    server.knownHost(server.port()) + "\n" + jump.knownHost(jump.port()) + "\n");
            try (SshShell shell = new SshShell(settings().through(entrance).knownIn(known))) {
                assertThat(say(shell, "echo \"$SSH_CONNECTION\"")).contains(" " + server.port());
                assertThat(say(shell, "head -c 3000000 /dev/zero | wc -c").strip())
                        .isEqualTo("3000000");
                assertThat(jump.logins()).isEqualTo(1);
                jump.close();
                jump.start();
                await().ignoreExceptions().until(() -> say(shell, "echo again").equals("again\n"));
            }
            Path onlyJump = Files.writeString(directory.resolve("only"), jump.knownHost(jump.port()) + "\n");
            assertRefused(settings().through(entrance).knownIn(onlyJump), "web-1", "is not known");
        }
    }

    @Test
    void aCommandDoesNotOutliveTheConnectionButWhatWasStartedDoes() throws Exception {
        Path pid = directory.resolve("pid");
        try (SshShell shell = new SshShell(throughProxy())) {
            SshHost host = SshHost.open(shell, Optional.of(directory.resolve("state")));
            var started = host.start(Command.shell("exec sleep 300"), directory.resolve("output"));
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> {
                try {
                    host.run(Command.shell("echo $$ > pid; exec sleep 300").in(directory), LONG);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
            proxy.cut();
            assertThatThrownBy(run::join)
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseInstanceOf(IOException.class);
            await().until(() ->
                    host.find(Long.parseLong(Files.readString(pid).strip())).isEmpty());
            assertThat(host.isRunning(started)).isTrue();
            host.stop(started, Duration.ofSeconds(10));
            assertThat(host.isRunning(started)).isFalse();
        }
    }

    /** Sends and receives 100 MB in a JVM that has not half of that. */
    static final class Streams {
        public static void main(String[] args) throws Exception {
            long size = 100_000_000;
            SshSettings settings = SshSettings.of(
                            "web-1", SshAddress.parse(args[0]), new SecretReference.Stored(Path.of(args[1])))
                    .knownIn(Path.of(args[2]));
            try (SshShell shell = new SshShell(settings)) {
                InputStream zeros = new InputStream() {
                    private long left = size;

                    @Override
                    public int read() {
                        return left-- > 0 ? 0 : -1;
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) {
                        int n = (int) Math.min(length, left);
                        left -= n;
                        return n == 0 ? -1 : n;
                    }
                };
                shell.run("wc -c", List.of(), zeros, System.out, LONG);
                long[] received = {0};
                OutputStream count = new OutputStream() {
                    @Override
                    public void write(int b) {
                        received[0]++;
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        received[0] += length;
                    }
                };
                shell.run("head -c " + size + " /dev/zero", List.of(), InputStream.nullInputStream(), count, LONG);
                System.out.println(received[0]);
            }
        }
    }

    @Test
    void whatIsLargeIsNeverHeldInMemory() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Streams.class.getName(),
                        settings().address().toString(),
                        server.userKey().toString(),
                        server.knownHosts().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new String(java.getInputStream().readAllBytes()).lines()).containsExactly("100000000", "100000000");
        assertThat(java.waitFor()).isZero();
    }
}
