package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real OpenSSH server on a port of the loopback interface, for the user that runs the tests. It has its keys, its
 * configuration and its log in a directory of its own, and takes some 10 ms to start once its keys are made.
 */
public final class OpenSshServer implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final Path directory;
    private final int port;
    private List<String> options;
    private Process process;

    /**
     * Starts one.
     *
     * @param directory where it keeps its files; created when missing, and used again with the keys that are in it
     * @param options lines for its configuration, ahead of the usual ones: the first of a name counts
     */
    public static OpenSshServer start(Path directory, String... options) throws IOException, InterruptedException {
        if (!Files.isExecutable(SSHD)) {
            throw new IllegalStateException("There is no " + SSHD
                    + " for the tests of SSH hosts. Install OpenSSH's server; Debian has it in openssh-server.");
        }
        Files.createDirectories(directory.resolve("home"));
        key(directory.resolve("host_key"), "ed25519");
        key(directory.resolve("user_key"), "ed25519");
        Files.deleteIfExists(directory.resolve("sshd.log"));
        Path authorized = directory.resolve("authorized_keys");
        if (!Files.exists(authorized)) {
            Files.copy(directory.resolve("user_key.pub"), authorized);
        }
        if (System.getProperty("user.name").equals("root")) {
            // Debian's service unit would make it.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        OpenSshServer server = new OpenSshServer(directory, freePort(), List.of(options));
        server.start();
        return server;
    }

    private OpenSshServer(Path directory, int port, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.options = options;
    }

    /** Makes a key pair without a passphrase, unless it is there: {@code file} and {@code file.pub}. */
    public static Path key(Path file, String type, String... more) throws IOException, InterruptedException {
        if (!Files.exists(file)) {
            List<String> argv = new ArrayList<>(
                    List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "test", "-f", file.toString()));
            argv.addAll(List.of(more));
            Process keygen = new ProcessBuilder(argv).redirectErrorStream(true).start();
            String said = new String(keygen.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keygen.waitFor() != 0) {
                throw new IOException(argv + ": " + said);
            }
        }
        return file;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it again, on the same port and with the same keys, after {@link #close}. */
    public void start() throws IOException {
        List<String> lines = new ArrayList<>(options);
        lines.addAll(List.of(
                "ListenAddress 127.0.0.1",
                "Port " + port,
                "HostKey " + directory.resolve("host_key"),
                "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
                "PidFile none",
                // What the user's shell does when it starts is no matter of the tests.
                "SetEnv HOME=" + home(),
                "StrictModes no",
                "UsePAM no",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PermitRootLogin prohibit-password",
                "MaxStartups 100",
                "LogLevel VERBOSE"));
        Path configuration = Files.write(directory.resolve("sshd_config"), lines);
        process = new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        await("sshd; see " + log()).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("sshd ended: " + Files.readString(log()));
            }
            return accepts();
        });
    }

    /** As {@link #start()}, with another configuration. */
    public void start(String... other) throws IOException {
        options = List.of(other);
        start();
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public String user() {
        return System.getProperty("user.name");
    }

    /** Whoever logs in is at home in this directory. */
    public Path home() {
        return directory.resolve("home");
    }

    /** The private key of a user who may log in. */
    public Path userKey() {
        return directory.resolve("user_key");
    }

    /** Lets a user in with another key, too. */
    public void authorize(Path key) throws IOException {
        Files.writeString(
                directory.resolve("authorized_keys"),
                Files.readString(Path.of(key + ".pub")),
                StandardOpenOption.APPEND);
    }

    /** The server's public key as its file holds it. */
    public String hostKey() throws IOException {
        return Files.readString(directory.resolve("host_key.pub")).strip();
    }

    /** What a file of known hosts says of it, behind its own port or that of a proxy. */
    public String knownHost(int port) throws IOException {
        String[] key = hostKey().split(" ");
        return "[127.0.0.1]:" + port + " " + key[0] + " " + key[1];
    }

    /** A file of known hosts that holds this server. */
    public Path knownHosts() throws IOException {
        return Files.writeString(directory.resolve("known_hosts"), knownHost(port) + "\n");
    }

    public Path log() {
        return directory.resolve("sshd.log");
    }

    /** How many times somebody has logged in. */
    public long logins() throws IOException {
        try (var lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains("Accepted publickey")).count();
        }
    }

    /** Ends it with all its connections, as when its machine stops; {@link #start()} starts it again. */
    @Override
    public void close() {
        // The processes of its sessions first: they are found only while it lives.
        List<ProcessHandle> sessions = process.descendants()
                .filter(handle ->
                        handle.info().command().filter(SSHD.toString()::equals).isPresent())
                .toList();
        process.destroyForcibly();
        sessions.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
