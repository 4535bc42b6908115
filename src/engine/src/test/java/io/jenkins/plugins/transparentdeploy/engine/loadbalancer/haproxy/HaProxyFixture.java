package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real HAProxy with what the documentation tells people to write into its configuration. */
public final class HaProxyFixture {
    static final String BACKEND = "shop";

    private final DebianServer server;
    private final int port;
    private final HaProxySettings settings;

    public HaProxyFixture(Path directory, Map<String, URI> backends, String level) throws IOException {
        this(directory, backends, level, false);
    }

    /** @param logging whether it writes a line for each request to its output, which is kept in a file */
    HaProxyFixture(Path directory, Map<String, URI> backends, String level, boolean logging) throws IOException {
        this(directory, backends, level, logging, Balancing.ROUND_ROBIN);
    }

    HaProxyFixture(Path directory, Map<String, URI> backends, String level, boolean logging, Balancing balancing)
            throws IOException {
        this(directory, backends, level, logging, balancing, "retries 0");
    }

    /** One that goes on to the next backend where none listens. */
    public static HaProxyFixture tryingTheNext(Path directory, Map<String, URI> backends) throws IOException {
        return new HaProxyFixture(
                directory, backends, "admin", false, Balancing.ROUND_ROBIN, "retries 2\n    option redispatch 1");
    }

    private HaProxyFixture(
            Path directory,
            Map<String, URI> backends,
            String level,
            boolean logging,
            Balancing balancing,
            String retries)
            throws IOException {
        String program = DebianServer.require("haproxy");
        this.port = DebianServer.freePort();
        this.settings = new HaProxySettings(
                directory.resolve("admin.sock").toString(),
                BACKEND,
                Map.of(),
                Optional.of(directory.resolve("shop.state")),
                Optional.of(balancing),
                Optional.of(directory.resolve("haproxy.log")).filter(log -> logging));
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(configuration, configuration(backends, level, retries));
        this.server = new DebianServer(
                directory.resolve("haproxy.log"), List.of(program, "-W", "-f", configuration.toString()));
    }

    private String configuration(Map<String, URI> backends, String level, String retries) {
        Map<String, String> addresses = new LinkedHashMap<>();
        backends.forEach((name, address) -> addresses.put(name, address.getAuthority()));
        return """
                global
                    stats socket %s mode 600 level %s
                    hard-stop-after 10s
                %s
                    mode http
                    timeout client 30s
                    timeout server 30s
                    timeout connect 5s
                    %s
                frontend web
                    bind 127.0.0.1:%d
                    default_backend shop
                %s
                """
                .formatted(
                        settings.socket(),
                        level,
                        settings.accessLog().isPresent()
                                ? "    log stdout format raw local0 info\ndefaults\n    log global\n    log-format \""
                                        + HttpLogLine.FORMAT + "\""
                                : "defaults",
                        retries,
                        port,
                        // A check would take a backend that is not there out before a request has found that out.
                        settings.render(addresses).replace(" check ", " "));
    }

    public HaProxySettings settings() {
        return settings;
    }

    public DebianServer server() {
        return server;
    }

    public void start() throws IOException {
        server.start(port);
        // It listens for requests a moment before it can be asked.
        await().until(this::canBeAsked);
    }

    private boolean canBeAsked() {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(settings.socket()))) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }
}
