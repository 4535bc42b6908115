package io.jenkins.plugins.transparentdeploy.demo.balancer;

import io.jenkins.plugins.transparentdeploy.demo.Tdeploy;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxySettings;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxSettings;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A load balancer, Debian's with its files in a directory of ours or the embedded one. It sends nothing twice.
 *
 * @param inServiceFile what {@code loadBalancer:} is to say
 */
public record Proxy(String kind, Process process, URI address, String inServiceFile, Path directory)
        implements AutoCloseable {

    /** Our own, where no other is installed. */
    public static final String EMBEDDED = "embedded";

    /** Best first: a reload of nginx closes connections that clients keep. */
    private static final List<String> OF_DEBIAN = List.of("haproxy", "nginx");

    /** The best of Debian's that is on the {@code PATH}. */
    public static Optional<String> installed() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return OF_DEBIAN.stream()
                .filter(kind -> Stream.of(path.split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, kind))))
                .findFirst();
    }

    /**
     * Starts one, and returns when it takes connections.
     *
     * @param kind {@code nginx}, {@code haproxy} or {@code embedded}
     * @param servers {@code host:port} of each instance
     * @param tdeploy which the embedded one is a command of
     */
    public static Proxy start(String kind, Path directory, Map<String, String> servers, Tdeploy tdeploy)
            throws Exception {
        Files.createDirectories(directory);
        int port = freePort();
        return switch (kind) {
            case "nginx" -> nginx(directory, port, servers);
            case "haproxy" -> haProxy(directory, port, servers);
            case EMBEDDED -> embedded(directory, port, servers, tdeploy);
            default ->
                throw new IllegalArgumentException(
                        "No load balancer '" + kind + "'. Known are: nginx, haproxy, embedded.");
        };
    }

    private static Proxy nginx(Path directory, int port, Map<String, String> servers) throws Exception {
        Path configuration = directory.resolve("nginx.conf");
        NginxSettings settings = new NginxSettings(
                Files.createDirectories(directory.resolve("upstream")).resolve("shop.conf"),
                "shop",
                servers,
                Balancing.ROUND_ROBIN,
                List.of(),
                Command.of("nginx", "-t", "-q", "-c", configuration.toString()),
                Optional.empty(),
                directory.resolve("nginx.pid"),
                Optional.of(directory.resolve("shop.log")));
        Files.writeString(settings.upstreamFile(), settings.render());
        Files.writeString(
                configuration,
                "daemon off;\nworker_processes 2;\npid " + settings.pidFile() + ";\nerror_log " + directory
                        + "/error.log;\nevents {\n    worker_connections 4096;\n}\n"
                        + settings.renderConfiguration()
                                .replace("listen 80", "listen 127.0.0.1:" + port + " backlog=1024")
                                .replace("http {\n", "http {\n" + temporaryPaths(directory))
                                .replace("http://shop;\n", "http://shop;\n            proxy_next_upstream off;\n"));
        return started(
                "nginx",
                directory,
                port,
                "{nginx: {upstreamFile: \"%s\", upstream: shop, pidFile: \"%s\", accessLog: \"%s\", configTest: [nginx, -t, -q, -c, \"%s\"]}}"
                        .formatted(
                                settings.upstreamFile(),
                                settings.pidFile(),
                                settings.accessLog().orElseThrow(),
                                configuration),
                List.of("nginx", "-c", configuration.toString()));
    }

    private static String temporaryPaths(Path directory) {
        StringBuilder paths = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            paths.append("    ")
                    .append(kind)
                    .append("_temp_path ")
                    .append(directory.resolve(kind))
                    .append(";\n");
        }
        return paths.toString();
    }

    private static Proxy haProxy(Path directory, int port, Map<String, String> servers) throws Exception {
        // A socket's path has at most some hundred bytes.
        Path sockets = Files.createTempDirectory("tdeploy-benchmark");
        HaProxySettings settings = new HaProxySettings(
                sockets.resolve("admin.sock").toString(),
                "shop",
                Map.of(),
                Optional.of(directory.resolve("shop.state")),
                Optional.empty(),
                // Its output, which its log goes to here.
                Optional.of(directory.resolve("haproxy.out")));
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(
                configuration,
                settings.renderConfiguration(servers)
                        .replace("log /dev/log local0", "log stdout format raw local0")
                        .replace(
                                "backend shop\n",
                                """
                                    retries 0
                                    timeout client 30s
                                    timeout server 30s
                                    timeout connect 5s
                                frontend web
                                    bind 127.0.0.1:%d
                                    default_backend shop
                                backend shop
                                """
                                        .formatted(port)));
        return started(
                "haproxy",
                directory,
                port,
                "{haproxy: {socket: \"%s\", backend: shop, stateFile: \"%s\", accessLog: \"%s\"}}"
                        .formatted(
                                settings.socket(),
                                settings.stateFile().orElseThrow(),
                                settings.accessLog().orElseThrow()),
                List.of("haproxy", "-W", "-f", configuration.toString()));
    }

    private static Proxy embedded(Path directory, int port, Map<String, String> servers, Tdeploy tdeploy)
            throws Exception {
        // For its owner alone, and short.
        Path socket = Files.createTempDirectory("tdeploy-balancer").resolve("control.sock");
        List<String> words = new ArrayList<>(
                List.of("load-balancer", "--listen", Integer.toString(port), "--socket", socket.toString()));
        servers.forEach((instance, server) -> words.addAll(List.of("--backend", instance + "=http://" + server)));
        return started(
                EMBEDDED,
                directory,
                port,
                "{embedded: \"" + socket + "\"}",
                tdeploy.command(words.toArray(String[]::new)));
    }

    private static Proxy started(String kind, Path directory, int port, String inServiceFile, List<String> command)
            throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(kind + ".out").toFile())
                .start();
        for (int i = 0; i < 400 && !accepts(port); i++) {
            if (!process.isAlive()) {
                throw new IOException(kind + " ended: " + Files.readString(directory.resolve(kind + ".out")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new Proxy(kind, process, URI.create("http://127.0.0.1:" + port + "/"), inServiceFile, directory);
    }

    /** Whether clients may keep connections and lose nothing: nginx closes them when it reloads, also those in use. */
    public boolean keepsConnections() {
        return !kind.equals("nginx");
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** A port that nobody listens on now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
