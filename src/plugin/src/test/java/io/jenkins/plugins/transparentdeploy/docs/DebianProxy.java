package io.jenkins.plugins.transparentdeploy.docs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A real nginx or HAProxy in front of two instances, with its files in a directory of the test. */
final class DebianProxy implements AutoCloseable {
    private final Process process;
    private final int port;
    /** What stands in the documentation, and what stands for it here. */
    private final Map<String, String> places;

    private DebianProxy(Path directory, int port, List<String> argv, Map<String, String> places) throws IOException {
        this.port = port;
        this.places = places;
        Path log = directory.resolve("output.log");
        process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(argv + " ended: " + Files.readString(log));
            }
            return accepts(port);
        });
    }

    static DebianProxy nginx(Path directory, int a, int b) throws IOException {
        String program = require("nginx");
        int port = freePort();
        Path configuration = directory.resolve("nginx.conf");
        Path upstream = Files.createDirectories(directory.resolve("upstreams")).resolve("upstream.conf");
        Files.writeString(
                upstream,
                "upstream shop {\n    server 127.0.0.1:%d weight=100; # a\n    server 127.0.0.1:%d weight=100; # b\n}\n"
                        .formatted(a, b));
        Files.writeString(
                configuration,
                """
                daemon off;
                user root root;
                worker_processes 1;
                worker_shutdown_timeout 30s;
                pid DIRECTORY/nginx.pid;
                error_log DIRECTORY/error.log;
                events { worker_connections 1024; }
                http {
                    client_body_temp_path DIRECTORY/body;
                    proxy_temp_path DIRECTORY/proxy;
                    fastcgi_temp_path DIRECTORY/fastcgi;
                    uwsgi_temp_path DIRECTORY/uwsgi;
                    scgi_temp_path DIRECTORY/scgi;
                    include DIRECTORY/upstreams/*.conf;
                    log_format transparent_deploy '$msec|$status|$upstream_addr|$upstream_status|$upstream_response_time';
                    server {
                        listen 127.0.0.1:PORT deferred;
                        access_log DIRECTORY/shop.log transparent_deploy;
                        location / {
                            proxy_pass http://shop;
                            proxy_next_upstream off;
                        }
                    }
                }
                """
                        .replace("DIRECTORY", directory.toString())
                        .replace("PORT", Integer.toString(port)));
        return new DebianProxy(
                directory,
                port,
                List.of(program, "-c", configuration.toString()),
                Map.of(
                        "/etc/nginx/shop/upstream.conf",
                        upstream.toString(),
                        "'sudo', 'nginx', '-t'",
                        "'" + program + "', '-t', '-q', '-c', '" + configuration + "'",
                        "'sudo', 'systemctl', 'reload', 'nginx'",
                        "'" + program + "', '-s', 'reload', '-c', '" + configuration + "'",
                        "/run/nginx.pid",
                        directory.resolve("nginx.pid").toString(),
                        "/var/log/nginx/shop.transparent-deploy.log",
                        directory.resolve("shop.log").toString()));
    }

    static DebianProxy haproxy(Path directory, int a, int b) throws IOException {
        return haproxy(directory, Map.of("a", "127.0.0.1:" + a, "b", "127.0.0.1:" + b));
    }

    /** @param servers address and port of each, by name */
    static DebianProxy haproxy(Path directory, Map<String, String> servers) throws IOException {
        String program = require("haproxy");
        int port = freePort();
        Path configuration = directory.resolve("haproxy.cfg");
        Path socket = directory.resolve("admin.sock");
        Path state = directory.resolve("shop.state");
        Files.writeString(
                configuration,
                """
                global
                    stats socket %s mode 600 level admin
                    hard-stop-after 10s
                defaults
                    mode http
                    timeout client 30s
                    timeout server 30s
                    timeout connect 5s
                    retries 0
                frontend web
                    bind 127.0.0.1:%d
                    default_backend shop
                backend shop
                    balance roundrobin
                    load-server-state-from-file local
                    server-state-file-name %s
                """
                        .formatted(socket, port, state));
        Files.write(
                configuration,
                new TreeMap<>(servers)
                        .entrySet().stream()
                                .map(server -> "    server " + server.getKey() + " " + server.getValue() + " weight 25")
                                .toList(),
                StandardOpenOption.APPEND);
        return new DebianProxy(
                directory,
                port,
                List.of(program, "-W", "-f", configuration.toString()),
                Map.of(
                        "/run/haproxy/admin.sock",
                        socket.toString(),
                        "/var/lib/haproxy/shop.state",
                        state.toString(),
                        "127.0.0.1:8080",
                        "127.0.0.1:" + port,
                        "http://127.0.0.1/",
                        "http://127.0.0.1:" + port + "/"));
    }

    /** A Jenkinsfile of the documentation, for this one. */
    String here(String jenkinsfile) {
        String text = jenkinsfile;
        for (Map.Entry<String, String> place : places.entrySet()) {
            text = text.replace(place.getKey(), place.getValue());
        }
        return text;
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String require(String program) {
        List<Path> found = Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!found.isEmpty(), "the Debian package " + program + " is not installed");
        return found.get(0).toString();
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
    }
}
