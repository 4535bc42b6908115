package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which nginx, and what of it.
 *
 * @param upstreamFile the file that is ours; nginx's configuration includes it in its {@code http} block
 * @param upstream the name of the upstream that it defines
 * @param servers {@code host:port} of each instance, in order
 * @param directives further lines for the upstream, such as {@code keepalive 16}
 * @param configTest says by its exit code whether nginx would take its configuration
 * @param reload has nginx read its configuration again; empty to send its master the signal
 * @param pidFile where its master's process id is
 * @param accessLog where it logs requests as {@link AccessLogLine#FORMAT} says; empty when it does not
 */
public record NginxSettings(
        Path upstreamFile,
        String upstream,
        Map<String, String> servers,
        Balancing balancing,
        List<String> directives,
        Command configTest,
        Optional<Command> reload,
        Path pidFile,
        Optional<Path> accessLog) {
    /** Where Debian and most others keep it. */
    public static final String STANDARD_PID_FILE = "/run/nginx.pid";

    /** Of this user's own nginx, with its standard configuration. */
    public static final Command STANDARD_TEST = Command.of("nginx", "-t");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_.-]+):\\d{1,5}");
    private static final Pattern DIRECTIVE = Pattern.compile("[^{};#\\p{Cntrl}]+");

    /** @throws RefusedException when something in it cannot be */
    public NginxSettings {
        servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
        directives = List.copyOf(directives);
        if (!NAME.matcher(upstream).matches()) {
            throw new RefusedException(
                    "nginx cannot have an upstream '" + upstream + "'",
                    "Name it with letters, digits, '-', '_' and '.'");
        }
        if (servers.isEmpty()) {
            throw new RefusedException(
                    "The upstream '" + upstream + "' has no servers, with which nginx does not start",
                    "Name at least one instance");
        }
        servers.forEach((instance, address) -> {
            if (!ADDRESS.matcher(address).matches()) {
                throw new RefusedException(
                        "The server '" + address + "' of the instance '" + instance + "' is not host:port",
                        "Write it like 127.0.0.1:8080");
            }
        });
        directives.forEach(directive -> {
            if (!DIRECTIVE.matcher(directive).matches()) {
                throw new RefusedException(
                        "'" + directive + "' cannot be a line of the upstream '" + upstream + "'",
                        "Give one directive without its semicolon, such as 'keepalive 16'");
            }
        });
    }

    /** What belongs into nginx's configuration for these settings to hold; what is a site's own is an example. */
    public String renderConfiguration() {
        StringBuilder log = new StringBuilder();
        StringBuilder site = new StringBuilder();
        accessLog.ifPresent(file -> {
            log.append("    log_format transparent_deploy '")
                    .append(AccessLogLine.FORMAT)
                    .append("';\n");
            site.append("        access_log ").append(file).append(" transparent_deploy;\n");
        });
        return """
                worker_shutdown_timeout 60s;
                http {
                    include UPSTREAM_FILE;
                LOG    server {
                        listen 80 deferred;
                SITE        location / {
                            proxy_pass http://UPSTREAM;
                        }
                    }
                }
                """
                .replace("UPSTREAM_FILE", upstreamFile.toString())
                .replace("LOG", log)
                .replace("SITE", site)
                .replace("UPSTREAM", upstream);
    }

    /** The upstream file to begin with: every instance with the same weight. */
    public String render() {
        Map<String, Upstream.Server> equal = new LinkedHashMap<>();
        servers.forEach((name, address) -> equal.put(name, new Upstream.Server(address, LoadBalancer.STANDARD_WEIGHT)));
        return new Upstream(equal).render(upstream, balancing, directives);
    }
}
