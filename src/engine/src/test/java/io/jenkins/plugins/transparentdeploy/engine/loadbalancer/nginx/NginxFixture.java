package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real nginx with what the documentation tells people to write into its configuration. */
public final class NginxFixture {
    private final Path directory;
    private final DebianServer server;
    private final int port;
    private final NginxSettings settings;

    public NginxFixture(Path directory, Map<String, URI> backends) throws IOException {
        this(directory, backends, Balancing.ROUND_ROBIN);
    }

    NginxFixture(Path directory, Map<String, URI> backends, Balancing balancing) throws IOException {
        this(directory, backends, balancing, "off");
    }

    /** One that goes on to the next server where none listens, as nginx does if nobody tells it not to. */
    public static NginxFixture tryingTheNext(Path directory, Map<String, URI> backends) throws IOException {
        return new NginxFixture(directory, backends, Balancing.ROUND_ROBIN, "error");
    }

    private NginxFixture(Path directory, Map<String, URI> backends, Balancing balancing, String nextUpstream)
            throws IOException {
        String program = DebianServer.require("nginx");
        this.directory = directory;
        this.port = DebianServer.freePort();
        Path configuration = directory.resolve("nginx.conf");
        Map<String, String> servers = new LinkedHashMap<>();
        backends.forEach((name, address) -> servers.put(name, address.getAuthority()));
        this.settings = new NginxSettings(
                directory.resolve("upstreams/shop.conf"),
                "shop",
                servers,
                balancing,
                List.of(),
                Command.of(program, "-t", "-q", "-c", configuration.toString()),
                Optional.empty(),
                directory.resolve("nginx.pid"),
                Optional.of(directory.resolve("shop.log")));
        Files.createDirectories(directory.resolve("upstreams"));
        Files.writeString(settings.upstreamFile(), settings.render());
        Files.writeString(configuration, configuration(nextUpstream));
        this.server =
                new DebianServer(directory.resolve("nginx.out"), List.of(program, "-c", configuration.toString()));
    }

    private String configuration(String nextUpstream) {
        return """
                daemon off;
                USER
                worker_processes 2;
                worker_shutdown_timeout 60s;
                pid DIRECTORY/nginx.pid;
                error_log DIRECTORY/error.log;
                events {
                    worker_connections 1024;
                }
                http {
                    client_body_temp_path DIRECTORY/body;
                    proxy_temp_path DIRECTORY/proxy;
                    fastcgi_temp_path DIRECTORY/fastcgi;
                    uwsgi_temp_path DIRECTORY/uwsgi;
                    scgi_temp_path DIRECTORY/scgi;
                    include DIRECTORY/upstreams/*;
                    log_format transparent_deploy 'FORMAT';
                    server {
                        listen 127.0.0.1:PORT deferred;
                        access_log DIRECTORY/shop.log transparent_deploy;
                        location / {
                            proxy_pass http://shop;
                            proxy_next_upstream NEXT;
                        }
                    }
                }
                """
                .replace("DIRECTORY", directory.toString())
                .replace("NEXT", nextUpstream)
                .replace("FORMAT", AccessLogLine.FORMAT)
                // Only root's workers can be somebody else's, and must not: the test's directory is root's.
                .replace("USER", System.getProperty("user.name").equals("root") ? "user root root;" : "")
                .replace("PORT", Integer.toString(port));
    }

    public NginxSettings settings() {
        return settings;
    }

    public DebianServer server() {
        return server;
    }

    public void start() throws IOException {
        server.start(port);
    }

    public LoadBalancer connect() throws IOException {
        return new Nginx(settings, LocalHost.open(directory.resolve("state")), Clock.systemUTC());
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }
}
