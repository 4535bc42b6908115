package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxyFixture;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Hosts {@code web1}, {@code web2} and so on, each a real SSH server with a home of its own, with an instance each that is a
 * real process, behind a real HAProxy.
 */
final class Fleet implements AutoCloseable {
    private final Path root;
    private final Map<String, OpenSshServer> hosts = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HaProxyFixture balancer;
    private final Workshop workshop;
    private final String description;

    Fleet(Path root, int size) throws Exception {
        this.root = root;
        this.workshop = new Workshop(root);
        Path keys = Files.createDirectories(root.resolve("keys"));
        Path userKey = OpenSshServer.key(keys.resolve("user_key"), "ed25519");
        Map<String, URI> backends = new LinkedHashMap<>();
        List<String> known = new ArrayList<>();
        StringBuilder named = new StringBuilder();
        StringBuilder instances = new StringBuilder();
        for (int number = 1; number <= size; number++) {
            String name = "web" + number;
            OpenSshServer server = server(name, userKey);
            hosts.put(name, server);
            ports.put(name, DebianServer.freePort());
            backends.put(name, URI.create("http://127.0.0.1:" + ports.get(name)));
            known.add(server.knownHost(server.port()));
            named.append("  %s: {address: 127.0.0.1, port: %d}%n".formatted(name, server.port()));
            instances.append("  %s: {port: %d}%n".formatted(name, ports.get(name)));
        }
        Path knownHosts = Files.write(keys.resolve("known_hosts"), known);
        balancer = new HaProxyFixture(root, backends, "admin");
        balancer.start();
        description =
                """
                hosts:
                %sssh: {key: {file: "%s"}, agent: false, knownHosts: "%s", connectTimeout: 3s}
                instances:
                %starget: {releases: "%s/{host}/srv/shop"}
                process:
                  run: %s
                  stopTimeout: 5s
                ready: {http: "http://{address}:{port}/ready", timeout: 60s}
                drain: 5s
                loadBalancer: {haproxy: {socket: "%s", backend: shop, stateFile: "%s"}}
                """
                        .formatted(
                                named,
                                userKey,
                                knownHosts,
                                instances,
                                root,
                                ShopInstance.command(),
                                balancer.settings().socket(),
                                balancer.settings().stateFile().orElseThrow());
        for (String version : List.of("one", "two", "three")) {
            workshop.write(version, "app", version);
        }
    }

    private OpenSshServer server(String name, Path userKey) throws Exception {
        Path home = Files.createDirectories(root.resolve(name).resolve("home"));
        Files.createDirectories(root.resolve(name).resolve("srv/shop"));
        Path directory = Files.createDirectories(root.resolve(name).resolve("sshd"));
        for (String suffix : List.of("", ".pub")) {
            Files.copy(
                    userKey.resolveSibling("user_key" + suffix),
                    directory.resolve("user_key" + suffix),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        return OpenSshServer.start(directory, "SetEnv HOME=" + home);
    }

    /** More lines for the service file. */
    Fleet with(String yaml) throws IOException {
        workshop.with(description + yaml);
        Files.writeString(root.resolve("environment.yaml"), description + yaml);
        return this;
    }

    Workshop workshop() {
        return workshop;
    }

    String description() {
        return description;
    }

    URI address() {
        return balancer.address();
    }

    ReleaseRecord run(String version) throws IOException {
        return workshop.run(version);
    }

    ReleaseRecord run(String version, JournalObserver observer) throws IOException {
        return workshop.run(version, observer);
    }

    ReleaseRecord rollback(String to) throws IOException {
        return workshop.rollback(to);
    }

    Converging.Report converge() throws IOException, InterruptedException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new Converging(environment).converge(false);
        }
    }

    /** The machine is gone, with all that ran on it. */
    void crash(String host) {
        hosts.get(host).close();
        kill(host);
    }

    private void kill(String host) {
        try {
            ProcessHandle.of(Long.parseLong(Files.readString(pidFile(host)).trim()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException e) {
            // Nothing was started there.
        }
    }

    private Path pidFile(String host) {
        return root.resolve(host)
                .resolve("home/.transparent-deploy/services/shop/test/instances")
                .resolve(host)
                .resolve("pid");
    }

    /** It is there again; what ran on it is not. */
    void boot(String host) throws IOException {
        hosts.get(host).start();
    }

    /** Its server is another from now on: lines for its configuration, ahead of the usual ones. What runs there goes on. */
    void reconfigure(String host, String... options) throws IOException {
        hosts.get(host).close();
        hosts.get(host).start(options);
    }

    OpenSshServer server(String host) {
        return hosts.get(host);
    }

    /** The directory that an instance's releases are in. */
    Path directory(String host) {
        return root.resolve(host).resolve("srv/shop");
    }

    Path home(String host) {
        return root.resolve(host).resolve("home");
    }

    /** Another state directory, of a second controller. */
    ReleaseRecord runFrom(Path elsewhere, String version, boolean takeOver) throws IOException {
        StateDirectory state = StateDirectory.open(elsewhere.resolve("state"));
        try (ManagedEnvironment environment = new EnvironmentBuilder(
                        workshop.definition(), state, LocalHost.open(state.root()))
                .takeOver(takeOver)
                .open(Holder.thisProcess("bob", "test", Clock.systemUTC()))) {
            return new AutoRollback(environment).run(workshop.path(version), Workshop.request(version));
        }
    }

    /** What each instance answers by its own address: a version, or {@code down}. */
    Map<String, String> versions() throws InterruptedException {
        Map<String, String> versions = new TreeMap<>();
        for (String name : ports.keySet()) {
            versions.put(name, ask(name));
        }
        return versions;
    }

    private String ask(String name) throws InterruptedException {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(name) + "/"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "down";
        }
    }

    /** Which instances get requests. */
    List<String> serving() throws IOException {
        try (ManagedEnvironment environment = workshop.look()) {
            return environment.loadBalancer().orElseThrow().backends().stream()
                    .filter(backend -> backend.weight() > 0)
                    .map(BackendStatus::name)
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    @Override
    public void close() throws Exception {
        ports.keySet().forEach(this::crash);
        balancer.server().stop();
    }
}
