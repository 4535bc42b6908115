package io.jenkins.plugins.transparentdeploy.docs;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real OpenSSH server on the loopback interface, for the user that runs the tests, with keys of its own. */
final class Sshd implements AutoCloseable {
    private final Path directory;
    private final int port = DebianProxy.freePort();
    private final Process process;

    Sshd(Path directory) throws IOException, InterruptedException {
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
                        "ListenAddress 127.0.0.1",
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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String user() {
        return System.getProperty("user.name");
    }

    int port() {
        return port;
    }

    /** The private key of who may log in. */
    String userKey() throws IOException {
        return Files.readString(directory.resolve("user_key"));
    }

    /** A file of known hosts that holds this server. */
    Path knownHosts() throws IOException {
        String[] key = Files.readString(directory.resolve("host_key.pub")).split(" ");
        return Files.writeString(
                directory.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + key[0] + " " + key[1].strip() + "\n");
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
