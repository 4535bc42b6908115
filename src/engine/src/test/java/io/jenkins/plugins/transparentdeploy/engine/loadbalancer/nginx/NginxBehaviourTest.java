package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.RecordingBackend;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is nginx's own: files, tests, reloads, and being killed in the middle of them. */
class NginxBehaviourTest {
    @TempDir
    Path directory;

    private final Map<String, URI> backends = new LinkedHashMap<>();
    private RecordingBackend a;
    private RecordingBackend b;
    private NginxFixture fixture;

    @BeforeEach
    void start() throws Exception {
        a = new RecordingBackend();
        b = new RecordingBackend();
        backends.put("a", a.address());
        backends.put("b", b.address());
        fixture = new NginxFixture(directory, backends);
        fixture.start();
    }

    @AfterEach
    void stop() throws Exception {
        a.close();
        b.close();
        fixture.server().stop();
    }

    private Nginx with(Balancing balancing, List<String> directives, Command test, Optional<Command> reload)
            throws IOException {
        NginxSettings of = fixture.settings();
        return new Nginx(
                new NginxSettings(
                        of.upstreamFile(),
                        of.upstream(),
                        of.servers(),
                        balancing,
                        directives,
                        test,
                        reload,
                        of.pidFile(),
                        of.accessLog()),
                LocalHost.open(directory.resolve("state")),
                Clock.systemUTC());
    }

    private Nginx with(List<String> directives) throws IOException {
        return with(Balancing.ROUND_ROBIN, directives, fixture.settings().configTest(), Optional.empty());
    }

    private int get() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) fixture.address().toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        int status = connection.getResponseCode();
        connection.disconnect();
        return status;
    }

    /** After a failure each nginx sends nobody anywhere for ten seconds, and writes the name of the upstream. */
    @Test
    void requestsThatNobodyAnswersAreCountedAsFailed() throws Exception {
        a.close();
        b.close();
        LoadBalancer nginx = fixture.connect();
        long before = nginx.statistics().total().failures();
        get(20);
        await().untilAsserted(
                        () -> assertThat(nginx.statistics().total().failures()).isEqualTo(before + 20));
    }

    private void get(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            get();
        }
    }

    private static Map<String, Integer> weights(Nginx nginx) throws IOException {
        Map<String, Integer> weights = new LinkedHashMap<>();
        nginx.backends().forEach(backend -> weights.put(backend.name(), backend.weight()));
        return weights;
    }

    private Path pending() {
        return fixture.settings().upstreamFile().resolveSibling(".shop.conf.pending");
    }

    @ParameterizedTest
    @EnumSource(Balancing.class)
    void nginxTakesEveryBalancing(Balancing balancing) throws Exception {
        Nginx nginx = with(balancing, List.of("keepalive 4"), fixture.settings().configTest(), Optional.empty());
        nginx.setWeights(Map.of("a", 30, "b", 0));
        assertThat(Files.readString(fixture.settings().upstreamFile()))
                .contains("weight=30; # a", "down; # b", "keepalive 4;");
        assertThat(get()).isEqualTo(200);
        assertThat(a.requests()).isEqualTo(1);
        assertThat(pending()).doesNotExist();
    }

    @Test
    void whatNginxRefusesLeavesTheOldFileInPlace() throws Exception {
        String before = Files.readString(fixture.settings().upstreamFile());
        assertThatThrownBy(() -> with(List.of("no_such_directive on")).setWeight("a", 0))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no_such_directive");
        assertThat(fixture.settings().upstreamFile()).hasContent(before);
        assertThat(pending()).doesNotExist();
        assertThat(weights(with(List.of()))).isEqualTo(Map.of("a", 100, "b", 100));
    }

    @Test
    void aReloadCommandThatFailsLeavesTheOldFileInPlace() throws Exception {
        String before = Files.readString(fixture.settings().upstreamFile());
        Nginx nginx = with(
                Balancing.ROUND_ROBIN,
                List.of(),
                fixture.settings().configTest(),
                Optional.of(Command.shell("echo sudo: a password is required; exit 1")));
        assertThatThrownBy(() -> nginx.setWeight("a", 0))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("a password is required");
        assertThat(fixture.settings().upstreamFile()).hasContent(before);
        assertThat(pending()).doesNotExist();
    }

    @Test
    void aReloadCommandIsUsedInsteadOfTheSignal() throws Exception {
        Nginx nginx = with(
                Balancing.ROUND_ROBIN,
                List.of(),
                fixture.settings().configTest(),
                Optional.of(Command.shell("kill -HUP $(cat "
                        + fixture.settings().pidFile() + "); touch " + directory.resolve("reloaded"))));
        nginx.setWeight("a", 0);
        assertThat(directory.resolve("reloaded")).exists();
        get(20);
        assertThat(a.requests()).isZero();
    }

    @Test
    void whoWasKilledBeforeTheReloadIsFinishedByTheNext() throws Exception {
        UpstreamFile file = new UpstreamFile(fixture.settings().upstreamFile());
        String before = file.read();
        file.replace(
                before,
                Upstream.parse("test", before)
                        .with(Map.of("a", 0), fixture.settings().servers())
                        .render("shop", Balancing.ROUND_ROBIN, List.of()));
        get(20);
        int sent = a.requests();
        assertThat(sent).as("nginx knows nothing of it").isPositive();
        assertThat(weights(with(List.of()))).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(pending()).doesNotExist();
        get(20);
        assertThat(a.requests())
                .as("whoever is told that it is drained can rely on it")
                .isEqualTo(sent);
    }

    @Test
    void whoWasKilledWithAFileThatNginxRefusesIsUndoneByTheNext() throws Exception {
        UpstreamFile file = new UpstreamFile(fixture.settings().upstreamFile());
        String before = file.read();
        file.replace(before, before.replace("upstream shop {", "upstream shop { nonsense;"));
        assertThat(weights(with(List.of()))).isEqualTo(Map.of("a", 100, "b", 100));
        assertThat(fixture.settings().upstreamFile()).hasContent(before);
        assertThat(pending()).doesNotExist();
    }

    @Test
    void changesAreKeptForAnNginxThatDoesNotRun() throws Exception {
        fixture.server().kill();
        Nginx nginx = with(List.of());
        assertThatThrownBy(nginx::check).isInstanceOf(IOException.class).hasMessageContaining("does not run");
        assertThatThrownBy(() -> nginx.setWeight("a", 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not run");
        assertThat(weights(nginx)).isEqualTo(Map.of("a", 0, "b", 100));
        fixture.start();
        get(20);
        assertThat(a.requests()).isZero();
    }

    @Test
    void aKilledWorkerIsNoReload() throws Exception {
        NginxProcess process = new NginxProcess(fixture.settings().pidFile());
        Workers before = process.workers();
        ProcessHandle.of(before.active().get(0).pid()).orElseThrow().destroyForcibly();
        await().until(() ->
                !process.workers().equals(before) && process.workers().active().size() == 2);
        assertThat(process.workers().tookOverFrom(before)).isFalse();
    }

    @Test
    void aFileThatNobodyIncludesIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere")).resolve("shop.conf");
        Files.copy(fixture.settings().upstreamFile(), elsewhere);
        NginxSettings of = fixture.settings();
        Nginx nginx = new Nginx(
                new NginxSettings(
                        elsewhere,
                        of.upstream(),
                        of.servers(),
                        of.balancing(),
                        List.of(),
                        of.configTest(),
                        Optional.empty(),
                        of.pidFile(),
                        Optional.empty()),
                LocalHost.open(directory.resolve("state")),
                Clock.systemUTC());
        assertThatThrownBy(nginx::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("does not include")
                .hasMessageContaining(elsewhere.toString());
        Files.delete(elsewhere);
        assertThatThrownBy(nginx::check).isInstanceOf(RefusedException.class).hasMessageContaining("no upstream file");
    }

    @Test
    void aLogOfAnotherFormIsRefused() throws Exception {
        Files.writeString(
                fixture.settings().accessLog().orElseThrow(),
                "127.0.0.1 - - [21/Nov/2026:09:00:00 +0000] \"GET / HTTP/1.1\" 200 0 \"-\" \"curl\"\n");
        assertThatThrownBy(with(List.of())::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(AccessLogLine.FORMAT);
    }

    @Test
    void warnsWhenOldWorkersMayStayForEver() throws Exception {
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                Files.readString(configuration).replace("worker_shutdown_timeout", "# worker_shutdown_timeout"));
        assertThat(with(List.of()).check()).singleElement().asString().contains("worker_shutdown_timeout");
    }

    @Test
    void aServerThatNobodySpokeOfStaysWhereItIs() throws Exception {
        NginxSettings of = fixture.settings();
        Map<String, String> servers = new LinkedHashMap<>(of.servers());
        servers.put("b", "127.0.0.1:9");
        servers.put("c", "127.0.0.1:10");
        Nginx nginx = new Nginx(
                new NginxSettings(
                        of.upstreamFile(),
                        of.upstream(),
                        servers,
                        of.balancing(),
                        List.of(),
                        of.configTest(),
                        Optional.empty(),
                        of.pidFile(),
                        Optional.empty()),
                LocalHost.open(directory.resolve("state")),
                Clock.systemUTC());
        nginx.setWeight("a", 0);
        assertThat(get())
                .as("b still runs where it did, and c does not run yet")
                .isEqualTo(200);
        assertThat(Files.readString(of.upstreamFile())).doesNotContain("# c");
        assertThat(nginx.backends()).extracting(BackendStatus::name).containsExactly("a", "b", "c");
        nginx.setWeight("c", 0);
        assertThat(Files.readString(of.upstreamFile())).contains("server 127.0.0.1:10 down; # c");
    }

    /** It has given the signal by then: to put the old file back would be to say something else than nginx does. */
    @Test
    void aReloadCommandThatDoesNotEndIsFinishedByWhoeverAsksNext() throws Exception {
        NginxSettings of = fixture.settings();
        NginxSettings hanging = new NginxSettings(
                of.upstreamFile(),
                of.upstream(),
                of.servers(),
                of.balancing(),
                of.directives(),
                of.configTest(),
                Optional.of(Command.shell("kill -HUP $(cat " + of.pidFile() + "); sleep 1000")),
                of.pidFile(),
                of.accessLog());
        NginxCommands impatient =
                new NginxCommands(hanging, LocalHost.open(directory.resolve("state")), Duration.ofSeconds(2));
        Nginx nginx = new Nginx(hanging, impatient, Clock.systemUTC());
        assertThatThrownBy(() -> nginx.setWeights(Map.of("a", 0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end within 2 s");

        assertThat(fixture.connect().backends())
                .filteredOn(backend -> backend.name().equals("a"))
                .singleElement()
                .returns(0, BackendStatus::weight);
        int before = a.requests();
        for (int i = 0; i < 20; i++) {
            get();
        }
        assertThat(a.requests()).isEqualTo(before);
    }
}
