package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hosts that are an OpenSSH server each, on this machine: with a port, a key and a directory of their own, behind a proxy
 * that counts. {@code ssh -F} {@link #configuration()} gets there by name.
 */
final class FleetHosts implements AutoCloseable {
    private static final String SSHD = "/usr/sbin/sshd";
    private static final int CONNECT_MILLIS = 1000;
    private static final int ATTEMPTS = 200;
    private static final int PAUSE_MILLIS = 50;

    private final Path directory;
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final List<Process> servers = new ArrayList<>();
    private final List<CountingProxy> proxies = new ArrayList<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();

    /** Starts so many of them. */
    FleetHosts(Path directory, int count) throws IOException {
        this.directory = Files.createDirectories(directory);
        key(userKey());
        Files.createDirectories(Path.of("/run/sshd"));
        List<String> known = new ArrayList<>();
        List<String> configuration = new ArrayList<>();
        List<Integer> own = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String host = String.format(Locale.ROOT, "h%02d", i);
            int port = serve(host);
            own.add(port);
            CountingProxy proxy = new CountingProxy(port, sent, received);
            proxies.add(proxy);
            ports.put(host, proxy.port());
            String[] key =
                    Files.readString(directory.resolve(host + "-key.pub")).split(" ");
            known.add("[127.0.0.1]:" + proxy.port() + " " + key[0] + " " + key[1]);
            configuration.add(String.format(Locale.ROOT, "Host %s%n  Port %d", host, proxy.port()));
        }
        configuration.add(String.join(
                "\n  ",
                "Host *",
                "HostName 127.0.0.1",
                "User " + user(),
                "IdentityFile " + userKey(),
                "IdentitiesOnly yes",
                "UserKnownHostsFile " + knownHosts(),
                "StrictHostKeyChecking yes",
                "LogLevel ERROR"));
        Files.write(knownHosts(), known);
        Files.write(configuration(), configuration);
        for (int port : own) {
            await(port);
        }
    }

    private int serve(String host) throws IOException {
        int port = freePort();
        Path key = directory.resolve(host + "-key");
        key(key);
        Path home = Files.createDirectories(directory(host).resolve("home"));
        Path configuration = Files.write(
                directory.resolve(host + "-sshd_config"),
                List.of(
                        "ListenAddress 127.0.0.1",
                        "Port " + port,
                        "HostKey " + key,
                        "AuthorizedKeysFile " + userKey() + ".pub",
                        "PidFile none",
                        "SetEnv HOME=" + home,
                        "StrictModes no",
                        "UsePAM no",
                        "PasswordAuthentication no",
                        "KbdInteractiveAuthentication no",
                        "PermitRootLogin prohibit-password",
                        "MaxStartups 100",
                        "Subsystem sftp internal-sftp"));
        servers.add(new ProcessBuilder(SSHD, "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(host + "-sshd.log").toFile())
                .start());
        return port;
    }

    /** Of a kind that every client here can read, Capistrano's too. */
    private static void key(Path file) throws IOException {
        if (!Files.exists(file)) {
            Commands.run(
                    List.of("ssh-keygen", "-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-C", "", "-f", file.toString()),
                    file.getParent(),
                    Map.of());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(int port) throws IOException {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                return;
            } catch (IOException e) {
                last = e;
                Commands.pause(PAUSE_MILLIS);
            }
        }
        throw new IOException("An SSH server did not start; its log is in " + directory, last);
    }

    List<String> names() {
        return List.copyOf(ports.keySet());
    }

    int port(String host) {
        return ports.get(host);
    }

    String user() {
        return System.getProperty("user.name");
    }

    /** All that is on a host. */
    Path directory(String host) {
        return directory.resolve("hosts").resolve(host);
    }

    Path userKey() {
        return directory.resolve("user-key");
    }

    Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    Path configuration() {
        return directory.resolve("ssh_config");
    }

    /** Bytes that went to all hosts until now: what SSH made of them, without the headers of TCP and IP. */
    long sent() {
        return sent.sum();
    }

    /** Bytes that came from them. */
    long received() {
        return received.sum();
    }

    @Override
    public void close() {
        proxies.forEach(CountingProxy::close);
        for (Process server : servers) {
            // The processes of its sessions first: they are found only while it lives.
            List<ProcessHandle> sessions = server.descendants().toList();
            server.destroy();
            sessions.forEach(ProcessHandle::destroy);
        }
        try {
            for (Process server : servers) {
                server.waitFor(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
