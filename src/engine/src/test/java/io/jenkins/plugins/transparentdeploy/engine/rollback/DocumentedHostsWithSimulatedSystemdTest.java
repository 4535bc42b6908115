package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static io.jenkins.plugins.transparentdeploy.engine.rollback.DocumentedPage.replace;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxyFixture;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service files of the page about hosts, as they stand: real SSH servers with an address of the loopback network each, a
 * real jump host, a real HAProxy, and on each host a real server that a release brings. What differs from the page: addresses,
 * ports, the user and where keys are; where {@code /srv} is, for the hosts share this machine's; how long it is analysed. And
 * {@code systemctl} is a script, for a container has no systemd.
 */
class DocumentedHostsWithSimulatedSystemdTest {
    private static final String SHOP =
            """
            #!/usr/bin/python3 -ES
            import http.server, socketserver, sys
            class Shop(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_GET(self):
                    self.rfile.read(int(self.headers.get('Content-Length', 0)))
                    body = VERSION
                    self.send_response(200 if self.path == '/health' else STATUS)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                do_POST = do_GET
                def log_message(self, *words): pass
            class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
                daemon_threads = True
                request_queue_size = 100
            address, port = open(sys.argv[1]).read().split(':')
            Server((address, int(port)), Shop).serve_forever()
            """;
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            place=${HOME%/home}
            pid=$place/pid
            running() { [ -s "$pid" ] && grep -qs '^State:.[^ZX]' "/proc/$(cat "$pid")/status"; }
            end() { ! running || kill "$(cat "$pid")"; while running; do sleep 0.02; done; rm -f "$pid"; }
            case $* in *shop.service) ;; *) echo "no such unit: $*"; exit 5 ;; esac
            case $1 in
              show)
                echo LoadState=loaded
                echo NeedDaemonReload=no
                if running; then printf 'ActiveState=active\\nSubState=running\\nMainPID=%s\\n' "$(cat "$pid")"
                else printf 'ActiveState=inactive\\nSubState=dead\\nMainPID=0\\n'; fi ;;
              restart)
                end
                setsid "$place/srv/shop/current/bin/shop" "$place/listen" </dev/null >>"$place/log" 2>&1 &
                echo $! >"$pid" ;;
              stop) end ;;
            esac
            exit 0
            """;

    @TempDir
    Path root;

    private Workshop workshop;
    private Path key;
    private int port;
    private int sshPort;
    private final Map<String, OpenSshServer> servers = new LinkedHashMap<>();
    private Optional<HaProxyFixture> balancer = Optional.empty();

    @BeforeEach
    void commands() throws Exception {
        workshop = new Workshop(root);
        key = OpenSshServer.key(Files.createDirectories(root.resolve("keys")).resolve("user_key"), "ed25519");
        port = DebianServer.freePort();
        sshPort = DebianServer.freePort();
        executable("commands/systemctl", SYSTEMCTL);
        executable("commands/sudo", "#!/bin/sh\nexec \"$@\"\n");
        for (String version : List.of("1.0", "2.0")) {
            shop(version, 200);
        }
        shop("bad", 500);
    }

    private void shop(String version, int status) throws IOException {
        executable(
                version + "/bin/shop",
                SHOP.replace("VERSION", "b'" + version + "'").replace("STATUS", Integer.toString(status)));
    }

    private void executable(String name, String text) throws IOException {
        Path file = workshop.path(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() throws Exception {
        for (Map.Entry<String, OpenSshServer> server : servers.entrySet()) {
            server.getValue().close();
            Path pid = root.resolve(server.getKey()).resolve("pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        if (balancer.isPresent()) {
            balancer.get().server().stop();
        }
    }

    /** A server with a name and an address of its own. */
    private OpenSshServer server(String name, String address, int at) throws Exception {
        Path place = Files.createDirectories(root.resolve(name));
        Files.createDirectories(place.resolve("home"));
        Files.createDirectories(place.resolve("srv/shop"));
        Files.writeString(place.resolve("listen"), address + ":" + port);
        Path directory = Files.createDirectories(place.resolve("sshd"));
        for (String suffix : List.of("", ".pub")) {
            Files.copy(
                    key.resolveSibling("user_key" + suffix),
                    directory.resolve("user_key" + suffix),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        OpenSshServer server = OpenSshServer.start(
                directory,
                "SetEnv HOME=" + place.resolve("home") + " PATH=" + root.resolve("commands") + ":/usr/bin:/bin",
                "ListenAddress " + address + ":" + at,
                "MaxSessions 100");
        servers.put(name, server);
        return server;
    }

    private static String known(String address, int at, OpenSshServer server) throws IOException {
        return server.knownHost(server.port()).replaceFirst("\\[127.0.0.1]:\\d+", "[" + address + "]:" + at);
    }

    @Test
    void oneServerOverSsh() throws Exception {
        OpenSshServer server = server("shop.example.org", "127.0.0.10", sshPort);
        Path known = Files.writeString(root.resolve("known"), known("127.0.0.10", sshPort, server) + "\n");
        String file = DocumentedPage.read("hosts.md").environment("hosts: [shop.example.org]");
        file = replace(file, "[shop.example.org]", "{shop.example.org: {address: 127.0.0.10}}");
        file = replace(
                file,
                "user: deploy\n",
                "user: %s\n  port: %d\n  knownHosts: %s\n".formatted(server.user(), sshPort, known));
        file = replace(file, "/home/deploy/.ssh/id_ed25519", key.toString());
        file = replace(file, "/srv/shop", root + "/{host}/srv/shop");
        workshop.with(replace(file, ":8080", ":" + port) + "freezeAfterRollback: false\n");

        assertThat(workshop.run("1.0").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ReleaseRecord bad = workshop.run("bad");
        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(answer("127.0.0.10")).isEqualTo("1.0");
        ReleaseRecord two = workshop.run("2.0");
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(answer("127.0.0.10")).isEqualTo("2.0");
        assertThat(workshop.rollback("previous").version()).isEqualTo("1.0");
        assertThat(answer("127.0.0.10")).isEqualTo("1.0");
    }

    @Test
    void twentyServersBehindHaProxyLoseNoRequestInAReleaseAndARollback() throws Exception {
        List<String> known = new ArrayList<>();
        Map<String, URI> backends = new LinkedHashMap<>();
        int otherPort = DebianServer.freePort();
        StringBuilder between = new StringBuilder();
        for (int number = 1; number <= 20; number++) {
            String name = "web" + number;
            String address = "127.0.0." + (10 + number);
            int at = number == 20 ? otherPort : sshPort;
            known.add(known(address, at, server(name, address, at)));
            backends.put(name, URI.create("http://" + address + ":" + port));
            if (number > 3 && number < 20) {
                between.append("  %s: {address: 10.0.0.%d}%n".formatted(name, 10 + number));
            }
        }
        int jumpPort = DebianServer.freePort();
        OpenSshServer jump = server("bastion", "127.0.0.10", jumpPort);
        known.add(known("127.0.0.10", jumpPort, jump));
        Path knownHosts = Files.write(root.resolve("known"), known);
        balancer = Optional.of(new HaProxyFixture(root, backends, "admin"));
        balancer.get().start();
        workshop.with(twenty(between.toString(), otherPort, jump.user() + "@127.0.0.10:" + jumpPort, knownHosts));

        try (Customers early = new Customers(balancer.get().address(), 30)) {
            ReleaseRecord one = workshop.run("1.0");
            assertThat(one.state()).as(one.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(early.answers())
                    .as("what is released is judged by requests")
                    .isNotEmpty();
        }
        try (Customers customers = new Customers(balancer.get().address(), 30)) {
            ReleaseRecord two = workshop.run("2.0");
            assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(two.convergence().orElseThrow().instances()).hasSize(20);
            assertThat(two.convergence().orElseThrow().complete()).isTrue();
            assertThat(two.smokeTest().orElseThrow().results()).hasSize(21);
            assertThat(two.analysis()).isPresent();
            assertThat(answers()).hasSize(20).containsOnly("2.0");

            ReleaseRecord back = workshop.rollback("previous");
            assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(answers()).hasSize(20).containsOnly("1.0");
            assertThat(customers.answers()).extracting(Customers.Answer::body).contains("1.0", "2.0");
            assertThat(customers.failures()).isEmpty();
        }
        assertThat(jump.logins()).as("all of them went through the jump host").isGreaterThanOrEqualTo(60);
    }

    private String twenty(String between, int otherPort, String jump, Path knownHosts) throws IOException {
        String file = DocumentedPage.read("hosts.md").environment("web20: {address: 10.0.0.30");
        String user = System.getProperty("user.name");
        file = replace(file, "  # and so on, up to\n", between);
        file = replace(file, "10.0.0.", "127.0.0.");
        file = replace(file, "port: 2222, user: shop", "port: %d, user: %s".formatted(otherPort, user));
        file = replace(file, "user: deploy\n", "user: %s\n  port: %d\n".formatted(user, sshPort));
        file = replace(file, "{variable: DEPLOY_KEY}", "{file: " + key + "}");
        file = replace(file, "/etc/ssh/known_hosts_shop", knownHosts.toString());
        file = replace(file, "ops@bastion.example.org", jump);
        file = replace(file, "/srv/shop/current/logs", "'/srv/shop/current/logs'");
        file = replace(file, "/srv/shop", root + "/{host}/srv/shop");
        file = replace(file, ":8080", ":" + port);
        file = replace(
                file,
                "/run/haproxy/admin.sock",
                balancer.orElseThrow().settings().socket());
        file = replace(
                file,
                "/var/lib/haproxy/shop.state",
                balancer.get().settings().stateFile().orElseThrow().toString());
        file = replace(file, "http://127.0.0.1/", balancer.get().address() + "/");
        return replace(file, "window: 60s", "window: 5s");
    }

    private List<String> answers() throws Exception {
        List<String> answers = new ArrayList<>();
        for (int number = 1; number <= 20; number++) {
            answers.add(answer("127.0.0." + (10 + number)));
        }
        return answers;
    }

    private String answer(String address) throws IOException {
        try (var body =
                URI.create("http://" + address + ":" + port + "/").toURL().openStream()) {
            return new String(body.readAllBytes());
        }
    }
}
