package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxySettings;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A load balancer of Debian's with its files in a directory of the benchmark's. It sends nothing twice.
 *
 * @param inServiceFile what {@code loadBalancer:} is to say
 */
record Proxy(String kind, Process process, URI address, String inServiceFile, Path directory) implements AutoCloseable {

    static Proxy start(String kind, Path directory, Map<String, String> servers) throws Exception {
        Files.createDirectories(directory);
        int port = freePort();
        return switch (kind) {
            case "nginx" -> nginx(directory, port, servers);
            case "haproxy" -> haProxy(directory, port, servers);
            default ->
                throw new IllegalArgumentException("No load balancer '" + kind + "'. Known are: nginx, haproxy.");
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
                                .replace("listen 80", "listen 127.0.0.1:" + port)
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
                Optional.empty());
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(
                configuration,
                settings.renderConfiguration(servers)
                        + """
                        defaults
                            mode http
                            retries 0
                            timeout client 30s
                            timeout server 30s
                            timeout connect 5s
                        frontend web
                            bind 127.0.0.1:%d
                            default_backend shop
                        """
                                .formatted(port));
        String text = Files.readString(configuration);
        // 'defaults' hold for what comes after them.
        int backend = text.indexOf("backend shop");
        int defaults = text.indexOf("defaults");
        Files.writeString(
                configuration,
                text.substring(0, backend) + text.substring(defaults) + text.substring(backend, defaults));
        return started(
                "haproxy",
                directory,
                port,
                "{haproxy: {socket: \"%s\", backend: shop, stateFile: \"%s\"}}"
                        .formatted(settings.socket(), settings.stateFile().orElseThrow()),
                List.of("haproxy", "-W", "-f", configuration.toString()));
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

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
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
