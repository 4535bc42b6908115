package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it prints is what nginx and HAProxy take. */
class LoadBalancerConfigTest {
    @TempDir
    private Path directory;

    private Terminal terminal;

    @BeforeEach
    void open() {
        terminal = new Terminal(directory);
    }

    private void service(String loadBalancer) throws IOException {
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: "/srv/shop/{instance}"}
                    instances: {a: {port: 8081}, b: {port: 8082}}
                    loadBalancer: %s
                """
                        .formatted(loadBalancer.replace("DIRECTORY", directory.toString())));
    }

    private void assertTakes(String program, String... arguments) throws Exception {
        Process process = new ProcessBuilder(program)
                .command(List.of(program, arguments[0], arguments[1], arguments[2]))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("said")))
                .isZero();
    }

    @Test
    void nginxTakesIt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nginx")), "the Debian package nginx is not installed");
        service("{nginx: {upstreamFile: DIRECTORY/upstream.conf, upstream: shop, balancing: random,"
                + " directives: [keepalive 8], accessLog: DIRECTORY/access.log}}");
        Terminal.Output printed = terminal.tdeploy("load-balancer-config", "--write");
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(directory.resolve("upstream.conf"))
                .content()
                .contains("server 127.0.0.1:8081 weight=100; # a", "random two least_conn;");
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                "events {}\nerror_log " + directory + "/error.log;\npid " + directory + "/nginx.pid;\n"
                        + printed.out()
                                .replace("listen 80 deferred", "listen unix:" + directory + "/web.sock")
                                .replace("http {\n", "http {\n" + temporaryPaths()));
        assertTakes("/usr/sbin/nginx", "-t", "-c", configuration.toString());
        assertThat(terminal.tdeploy("load-balancer-config", "--write").exitCode())
                .as("an upstream file that is in use is never overwritten")
                .isEqualTo(2);
    }

    private String temporaryPaths() {
        StringBuilder paths = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            paths.append(kind)
                    .append("_temp_path ")
                    .append(directory)
                    .append('/')
                    .append(kind)
                    .append(";\n");
        }
        return paths.toString();
    }

    @Test
    void haProxyTakesIt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/haproxy")), "the Debian package haproxy is not installed");
        service("{haproxy: {socket: DIRECTORY/admin.sock, backend: shop, stateFile: DIRECTORY/shop.state,"
                + " balancing: least-connections}}");
        Terminal.Output printed = terminal.tdeploy("load-balancer-config");
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out()).contains("balance leastconn", "server b 127.0.0.1:8082 check weight 25");
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(
                configuration,
                "defaults\n    mode http\n    timeout client 1s\n    timeout server 1s\n    timeout connect 1s\n"
                        + printed.out());
        assertTakes("/usr/sbin/haproxy", "-c", "-f", configuration.toString());
    }

    @Test
    void theEmbeddedOneIsACommand() throws Exception {
        service("{embedded: DIRECTORY/lb.sock}");
        assertThat(terminal.tdeploy("load-balancer-config").out())
                .contains("tdeploy load-balancer --listen 8080")
                .contains("--backend a=http://127.0.0.1:8081 --backend b=http://127.0.0.1:8082");
    }
}
