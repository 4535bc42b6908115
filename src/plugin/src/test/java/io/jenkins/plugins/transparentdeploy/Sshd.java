package io.jenkins.plugins.transparentdeploy;

import static org.awaitility.Awaitility.await;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A real OpenSSH server on the loopback interface, for the user that runs the tests, with keys of its own. All of 127.0.0.0/8
 * is the loopback interface, so each address is a host to whoever connects.
 */
public final class Sshd implements AutoCloseable {
    private final Path directory;
    private final List<String> addresses;
    private final int port;
    private final Process process;

    public Sshd(Path directory) throws IOException, InterruptedException {
        this(directory, List.of("127.0.0.1"));
    }

    /** @param addresses of the loopback interface, all with the same port */
    public Sshd(Path directory, List<String> addresses) throws IOException, InterruptedException {
        this.addresses = List.copyOf(addresses);
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(directory.resolve("home"));
        makeKey("host_key");
        makeKey("user_key");
        if (user().equals("root")) {
            // Debian's service unit would make it.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        Path configuration = Files.write(
                directory.resolve("sshd_config"),
                List.of(
                        "Port " + port,
                        "HostKey " + directory.resolve("host_key"),
                        "AuthorizedKeysFile " + directory.resolve("user_key.pub"),
                        "PidFile none",
                        "SetEnv HOME=" + directory.resolve("home"),
                        "StrictModes no",
                        "UsePAM no",
                        "PasswordAuthentication no",
                        "KbdInteractiveAuthentication no",
                        "PermitRootLogin prohibit-password",
                        "MaxStartups 100"));
        Files.write(
                configuration,
                addresses.stream().map(address -> "ListenAddress " + address).toList(),
                StandardOpenOption.APPEND);
        Path log = directory.resolve("sshd.log");
        process = new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("sshd; see " + log).until(this::accepts);
    }

    private void makeKey(String name) throws IOException, InterruptedException {
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", name)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        if (keygen.waitFor() != 0) {
            throw new IOException("ssh-keygen: " + keygen.exitValue());
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket(addresses.get(addresses.size() - 1), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public String user() {
        return System.getProperty("user.name");
    }

    public int port() {
        return port;
    }

    /** The private key of who may log in. */
    public String userKey() throws IOException {
        return Files.readString(directory.resolve("user_key"));
    }

    /** The key in words that stand in its file, but not in those of other keys: whoever wrote it somewhere is found by it. */
    public String secret() throws IOException {
        return userKey().lines().skip(2).findFirst().orElseThrow();
    }

    /** Among the credentials of Jenkins, or of a folder. */
    public BasicSSHUserPrivateKey credentials(String id) throws IOException {
        return new BasicSSHUserPrivateKey(
                CredentialsScope.GLOBAL,
                id,
                user(),
                new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(userKey()),
                "",
                "");
    }

    /** A file of known hosts that holds this server. */
    public Path knownHosts() throws IOException {
        String[] key = Files.readString(directory.resolve("host_key.pub")).split(" ");
        return Files.write(
                directory.resolve("known_hosts"),
                addresses.stream()
                        .map(address -> "[" + address + "]:" + port + " " + key[0] + " " + key[1].strip())
                        .toList());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
