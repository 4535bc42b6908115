package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.RecordingBackend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
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

/** What is HAProxy's own: its levels, its memory, its states. */
class HaProxyBehaviourTest {
    @TempDir
    Path directory;

    private final Map<String, URI> backends = new LinkedHashMap<>();
    private RecordingBackend a;
    private RecordingBackend b;
    private HaProxyFixture fixture;

    @BeforeEach
    void startBackends() throws Exception {
        a = new RecordingBackend();
        b = new RecordingBackend();
        backends.put("a", a.address());
        backends.put("b", b.address());
    }

    @AfterEach
    void stopAll() throws Exception {
        a.close();
        b.close();
        if (fixture != null) {
            fixture.server().stop();
        }
    }

    private HaProxy start(String level) throws IOException {
        fixture = new HaProxyFixture(directory, backends, level);
        fixture.start();
        return new HaProxy(fixture.settings(), Clock.systemUTC());
    }

    private HaProxySettings settings(String backend, Map<String, String> servers, Optional<Balancing> balancing) {
        return new HaProxySettings(
                fixture.settings().socket(), backend, servers, Optional.empty(), balancing, Optional.empty());
    }

    private int get(String cookie) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) fixture.address().toURL().openConnection();
        connection.setRequestProperty("Cookie", cookie);
        int status = connection.getResponseCode();
        connection.disconnect();
        return status;
    }

    private static Map<String, Integer> weights(HaProxy haProxy) throws IOException {
        Map<String, Integer> weights = new LinkedHashMap<>();
        haProxy.backends().forEach(backend -> weights.put(backend.name(), backend.weight()));
        return weights;
    }

    @Test
    void whoMayOnlyLookIsToldSo() throws Exception {
        HaProxy haProxy = start("operator");
        assertThatThrownBy(haProxy::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("operator")
                .hasMessageContaining("level admin");
        assertThatThrownBy(() -> haProxy.setWeights(Map.of("a", 0, "b", 10)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Permission denied");
        assertThat(weights(haProxy)).isEqualTo(Map.of("a", 100, "b", 100));
    }

    @Test
    void anUnknownBackendIsAnErrorThatListsTheKnown() throws Exception {
        start("admin");
        HaProxy wrong = new HaProxy(settings("shpo", Map.of(), Optional.empty()), Clock.systemUTC());
        assertThatThrownBy(wrong::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'shpo'")
                .hasMessageContaining("shop");
    }

    @Test
    void warnsOfWhatItWouldForgetAndOfAnotherBalancing() throws Exception {
        start("admin");
        assertThat(new HaProxy(settings("shop", Map.of(), Optional.of(Balancing.LEAST_CONNECTIONS)), Clock.systemUTC())
                        .check())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("load-server-state-from-file"))
                .anyMatch(warning -> warning.contains("'roundrobin'") && warning.contains("leastconn"));
    }

    /** HAProxy does not say which of them; that it is drawn is enough to be silent, and to speak up. */
    @ParameterizedTest
    @EnumSource(Balancing.class)
    void warnsOfAnotherBalancingThanTheOneThatDraws(Balancing balancing) throws Exception {
        fixture = new HaProxyFixture(directory, backends, "admin", false, Balancing.RANDOM);
        fixture.start();
        HaProxySettings settings = new HaProxySettings(
                fixture.settings().socket(),
                "shop",
                Map.of(),
                fixture.settings().stateFile(),
                Optional.of(balancing),
                Optional.empty());
        boolean drawn = balancing == Balancing.RANDOM || balancing == Balancing.WEIGHTED;
        assertThat(new HaProxy(settings, Clock.systemUTC()).check()).hasSize(drawn ? 0 : 1);
    }

    @Test
    void refusesAStateFileThatCannotBeWritten() throws Exception {
        start("admin");
        HaProxySettings nowhere = new HaProxySettings(
                fixture.settings().socket(),
                "shop",
                Map.of(),
                Optional.of(directory.resolve("missing/shop.state")),
                Optional.empty(),
                Optional.empty());
        assertThatThrownBy(() -> new HaProxy(nowhere, Clock.systemUTC()).check())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> new HaProxy(nowhere, Clock.systemUTC()).setWeight("a", 0))
                .isInstanceOf(IOException.class);
        assertThat(weights(new HaProxy(nowhere, Clock.systemUTC()))).isEqualTo(Map.of("a", 100, "b", 100));
    }

    @Test
    void instancesCanHaveServersOfOtherNames() throws Exception {
        start("admin");
        HaProxy haProxy = new HaProxy(settings("shop", Map.of("green", "a"), Optional.empty()), Clock.systemUTC());
        haProxy.setWeights(Map.of("green", 40, "b", 0));
        assertThat(weights(haProxy)).isEqualTo(Map.of("green", 40, "b", 0));
        assertThat(haProxy.statistics().backends()).containsOnlyKeys("green", "b");
        assertThat(haProxy.awaitIdle("green", Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void aReloadAndAKillKeepWhatDiffersFromItsConfiguration() throws Exception {
        HaProxy haProxy = start("admin");
        haProxy.setWeights(Map.of("a", 0, "b", 200));
        TrafficStatistics before = haProxy.statistics();
        LocalHost.open(directory.resolve("state"))
                .run(Command.of("kill", "-USR2", Long.toString(fixture.server().pid())), Duration.ofSeconds(20));
        await().ignoreExceptions().until(() -> !haProxy.statistics().since().equals(before.since()));
        assertThat(weights(haProxy)).isEqualTo(Map.of("a", 0, "b", 200));
        fixture.server().kill();
        fixture.start();
        assertThat(weights(haProxy)).isEqualTo(Map.of("a", 0, "b", 200));
        haProxy.setWeights(Map.of("a", 100, "b", 100));
        assertThat(Files.readAllLines(fixture.settings().stateFile().orElseThrow()))
                .as("nothing differs from its configuration any more")
                .hasSize(2);
    }

    @Test
    void nobodyIsSentToADrainedServerByACookie() throws Exception {
        fixture = new HaProxyFixture(directory, backends, "admin");
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        .replace("backend shop\n", "backend shop\n    cookie AT insert\n")
                        .replaceAll("(server (.) .*)", "$1 cookie $2"));
        fixture.start();
        HaProxy haProxy = new HaProxy(fixture.settings(), Clock.systemUTC());
        assertThat(get("AT=a")).isEqualTo(200);
        assertThat(get("AT=a")).isEqualTo(200);
        assertThat(a.requests()).isEqualTo(2);
        haProxy.setWeight("a", 0);
        for (int i = 0; i < 5; i++) {
            assertThat(get("AT=a")).isEqualTo(200);
        }
        assertThat(a.requests()).isEqualTo(2);
        assertThat(b.requests()).isEqualTo(5);
    }

    @Test
    void clearedCountersAreNoNegativeTraffic() throws Exception {
        HaProxy haProxy = start("admin");
        get("");
        await().until(() -> haProxy.statistics().total().requests() == 1);
        TrafficStatistics before = haProxy.statistics();
        new RuntimeApi(fixture.settings().address()).ask("clear counters all");
        assertThat(haProxy.statistics().minus(before).total().requests()).isZero();
    }

    @Test
    void weightsAreAsExactAsHaProxyHasThem() throws Exception {
        HaProxy haProxy = start("admin");
        haProxy.setWeights(Map.of("a", 1000, "b", 1));
        assertThat(weights(haProxy)).isEqualTo(Map.of("a", 1000, "b", 4));
        String state = new RuntimeApi(fixture.settings().address()).ask("show servers state shop");
        assertThat(ServerState.parse(state).orElseThrow())
                .extracting(ServerState::weight)
                .containsExactly(250, 1);
        new RuntimeApi(fixture.settings().address()).ask(List.of("set server shop/a weight 256"));
        assertThat(weights(haProxy)).containsEntry("a", 1000);
        haProxy.setWeight("a", 0);
        haProxy.setWeight("a", 1000);
        assertThat(ServerState.parse(new RuntimeApi(fixture.settings().address()).ask("show servers state shop"))
                        .orElseThrow())
                .as("what its configuration or somebody else gave it comes back as it was")
                .extracting(ServerState::weight)
                .containsExactly(256, 1);
    }

    @Test
    void saysWhenNobodyAnswers() throws Exception {
        HaProxy haProxy = start("admin");
        fixture.server().stop();
        assertThatThrownBy(haProxy::backends)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.sock")
                .hasMessageContaining("Start it");
    }

    @Test
    void aLogThatIsNotThereOrSaysNothingOfThisBackendIsTold() throws Exception {
        fixture = new HaProxyFixture(directory, backends, "admin", true);
        fixture.start();
        HaProxy haProxy = new HaProxy(fixture.settings(), Clock.systemUTC());
        assertThat(haProxy.capabilities()).contains(Capability.LATENCIES);
        Path log = fixture.settings().accessLog().orElseThrow();
        assertThat(haProxy.check()).as("nothing was answered yet").isEmpty();
        assertThat(get("")).isEqualTo(200);
        await().until(() -> Files.readString(log).contains("transparent_deploy|"));
        Files.writeString(log, "Proxy web started.\n");
        assertThat(haProxy.check()).anyMatch(warning -> warning.contains("log-format"));
        assertThat(get("")).isEqualTo(200);
        await().untilAsserted(() -> assertThat(haProxy.check()).isEmpty());
        HaProxySettings silent = new HaProxySettings(
                fixture.settings().socket(),
                "shop",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(directory.resolve("silent.log")));
        assertThatThrownBy(() -> new HaProxy(silent, Clock.systemUTC()).check())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("silent.log");
    }
}
