package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.MetricsPage;
import io.jenkins.plugins.transparentdeploy.engine.check.RealPrometheus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Scaling;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes behind a real load balancer, without traffic: one instance is enough. */
class ScalingTest {
    @TempDir
    Path root;

    private Workshop workshop;
    private EmbeddedLoadBalancerServer balancer;

    @BeforeEach
    void start() throws Exception {
        Map<String, URI> backends = new LinkedHashMap<>();
        backends.put("a", URI.create("http://127.0.0.1:9"));
        backends.put("b", URI.create("http://127.0.0.1:9"));
        balancer = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                root.resolve("control/socket"),
                root.resolve("balancer.json"),
                Balancing.ROUND_ROBIN,
                backends));
        workshop = new Workshop(root);
        Files.createDirectories(root.resolve("a"));
        Files.createDirectories(root.resolve("b"));
        atLeast(1, "run: [sleep, '1000']");
    }

    @AfterEach
    void stop() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            environment.instances().forEach(instance -> pid(instance.name()).ifPresent(ProcessHandle::destroy));
        }
        balancer.close();
    }

    private Optional<ProcessHandle> pid(String instance) {
        try {
            return ProcessHandle.of(Long.parseLong(
                    Files.readString(root.resolve("state/services/shop/test/instances/" + instance + "/pid"))
                            .trim()));
        } catch (java.io.IOException e) {
            return Optional.empty();
        }
    }

    private void atLeast(int instances, String how) {
        workshop.with(
                """
                target: {directory: "@root@/{instance}"}
                instances: {a: {port: 8081}, b: {port: 8082}}
                process: {%s, stopTimeout: 2s}
                loadBalancer: {embedded: "@root@/control/socket"}
                scaling: {demand: 100, min: %d, max: 2, cooldown: 0s, window: 50ms}
                """
                        .formatted(how, instances));
    }

    private ReleaseRecord release(String version) throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment)
                    .run(workshop.write("artifact-" + version, "version", version), Workshop.request(version));
        }
    }

    private ScalingRule.Decision scale() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            return new Scaling(environment).once();
        }
    }

    /** What runs, and with which weight. */
    private Map<String, String> serving() throws Exception {
        Map<String, String> serving = new TreeMap<>();
        try (ManagedEnvironment environment = workshop.open()) {
            for (BackendStatus backend :
                    environment.loadBalancer().orElseThrow().backends()) {
                boolean runs = environment.instance(backend.name()).process().isRunning();
                serving.put(backend.name(), (runs ? "runs" : "stopped") + " " + backend.weight());
            }
        }
        return serving;
    }

    @Test
    void parksWhatIsNotNeededKeepsItUpToDateAndBringsItBack() throws Exception {
        assertThat(release("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        String weight = serving().get("a");
        assertThat(weight).startsWith("runs ").isNotEqualTo("runs 0");

        ScalingRule.Decision down = scale();
        assertThat(down.active()).isEqualTo(2);
        assertThat(down.desired()).isEqualTo(1);
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "stopped 0"));
        assertThat(scale().changes()).isFalse();

        assertThat(release("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "stopped 0"));
        assertThat(Files.readString(root.resolve("b/version"))).isEqualTo("2");

        atLeast(2, "run: [sleep, '1000']");
        assertThat(scale().desired()).isEqualTo(2);
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", weight));
        assertThat(workshop.events()).anyMatch(event -> event.message().startsWith("scaling from 1 to 2 instances"));
    }

    @Test
    void whatACrashLeftIsBroughtAbout() throws Exception {
        release("1");
        String weight = serving().get("a");
        Path state = root.resolve("state/services/shop/test/scaling.json");
        Files.writeString(state, "{\"parked\":[\"b\",\"long-gone\"],\"ofALaterVersion\":1}");
        assertThat(scale().changes()).isFalse();
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "stopped 0"));
        Files.writeString(state, "{\"parked\":[]}");
        atLeast(2, "run: [sleep, '1000']");
        assertThat(scale().changes()).isFalse();
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", weight));
    }

    @Test
    void whoDiedAfterTheStartIsFinished() throws Exception {
        release("1");
        String weight = serving().get("a");
        drain("b");
        Files.writeString(
                root.resolve("state/services/shop/test/scaling.json"), "{\"parked\":[],\"comingBack\":[\"b\"]}");
        atLeast(2, "run: [sleep, '1000']");
        assertThat(scale().changes()).isFalse();
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", weight));
    }

    @Test
    void whatSomebodyDrainedIsLeftAloneAndWhatEndedIsStarted() throws Exception {
        atLeast(2, "run: [sleep, '1000']");
        release("1");
        String weight = serving().get("a");
        drain("b");
        ProcessHandle before = pid("b").orElseThrow();
        assertThat(scale().changes()).isFalse();
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "runs 0"));
        assertThat(pid("b")).contains(before);
        assertThat(workshop.events()).anyMatch(event -> event.message().contains("somebody drained it"));

        ProcessHandle a = pid("a").orElseThrow();
        a.destroyForcibly();
        a.onExit().get();
        scale();
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "runs 0"));
    }

    private void drain(String instance) throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            environment.loadBalancer().orElseThrow().setWeights(Map.of(instance, 0));
        }
    }

    @Test
    void whatDoesNotGetReadyIsParkedAgain() throws Exception {
        atLeast(1, "run: [sh, -c, 'test ! -e broken && exec sleep 1000']");
        release("1");
        scale();
        Files.writeString(root.resolve("b/broken"), "");
        atLeast(2, "run: [sh, -c, 'test ! -e broken && exec sleep 1000']");
        assertThatThrownBy(this::scale).hasMessageContaining("'b'");
        assertThat(serving().get("b")).isEqualTo("stopped 0");
        assertThat(serving().get("a")).startsWith("runs");
    }

    /** Nobody is left to compare a canary with, and no reason to refuse the release. */
    @Test
    void aCanaryIsChosenFromWhatServes() throws Exception {
        release("1");
        scale();
        String weight = serving().get("a");
        workshop.with(
                """
                target: {directory: "@root@/{instance}"}
                instances: {a: {port: 8081}, b: {port: 8082}}
                process: {run: [sleep, '1000'], stopTimeout: 2s}
                loadBalancer: {embedded: "@root@/control/socket"}
                scaling: {demand: 100, min: 1, max: 2, cooldown: 0s, window: 50ms}
                strategy: {canary: {instances: [b], steps: [{weight: 50, pause: manual}]}}
                """);
        assertThat(release("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "stopped 0"));
        assertThat(Files.readString(root.resolve("a/version"))).isEqualTo("2");
        assertThat(Files.readString(root.resolve("b/version"))).isEqualTo("2");
    }

    /** One that cannot be started is not tried for ever while another one could serve. */
    @Test
    void whatCannotBeStartedIsReplacedByWhatCan() throws Exception {
        String guarded = "run: [sh, -c, 'test ! -e broken && exec sleep 1000']";
        atLeast(1, guarded);
        release("1");
        scale();
        String weight = serving().get("a");
        Path broken = Files.writeString(root.resolve("a/broken"), "");
        ProcessHandle a = pid("a").orElseThrow();
        a.destroyForcibly();
        a.onExit().get();

        assertThatThrownBy(this::scale).hasMessageContaining("'a'");
        assertThat(serving()).isEqualTo(Map.of("a", "stopped 0", "b", weight));
        assertThat(scale().changes()).as("it is as it is wanted").isFalse();
        assertThat(serving()).isEqualTo(Map.of("a", "stopped 0", "b", weight));

        Files.delete(broken);
        atLeast(2, guarded);
        assertThat(scale().desired()).isEqualTo(2);
        assertThat(serving()).isEqualTo(Map.of("a", weight, "b", weight));
    }

    @Test
    void aReleaseThatIsShortOfItsObjectiveIsGivenOneMore() throws Exception {
        release("1");
        scale();
        // One in four fails as long as b does not help.
        workshop.with(
                """
                target: {directory: "@root@/{instance}"}
                instances: {a: {port: 8081}, b: {port: 8082}}
                process: {run: [sleep, '1000'], stopTimeout: 2s}
                loadBalancer: {embedded: "@root@/control/socket"}
                scaling: {demand: 100, max: 2, cooldown: 0s, window: 50ms}
                analysis:
                  window: 1s
                  interval: 100ms
                  deadline: 90s
                  minimumSamples: 4
                  metrics:
                    - check:
                        name: load
                        timeout: 30s
                        command:
                          - sh
                          - -c
                          - cd @root@; n=$(cat n || echo 0); echo $((n + 1)) > n; test $((n % 4)) != 3 || kill -0 $(cat state/services/shop/test/instances/b/pid)
                      floor: 0%
                """);
        ReleaseRecord second = release("2");
        assertThat(second.state()).isEqualTo(ReleaseState.SUCCEEDED);
        ReleaseReport.Entry optimise =
                second.report().orElseThrow().of(ReleaseReport.Step.OPTIMISE).orElseThrow();
        assertThat(optimise.summary()).startsWith("held for ");
        assertThat(optimise.details()).containsExactly("the instance b was started as well");
        assertThat(serving().get("b")).startsWith("runs ").isNotEqualTo("runs 0");
    }

    /** The service says its load, a real Prometheus scrapes that, and what it has scraped decides. */
    @Test
    void followsWhatPrometheusSays() throws Exception {
        Path figures = Files.writeString(root.resolve("metrics"), "shop_load 10\n");
        try (RealPrometheus prometheus =
                        RealPrometheus.start(Files.createDirectory(root.resolve("prometheus")), Optional.empty());
                MetricsPage metrics = MetricsPage.of(figures)) {
            prometheus.scrapeToo(metrics.address());
            workshop.with(
                    """
                    target: {directory: "@root@/{instance}"}
                    instances: {a: {port: 8081}, b: {port: 8082}}
                    process: {run: [sleep, '1000'], stopTimeout: 2s}
                    loadBalancer: {embedded: "@root@/control/socket"}
                    scaling: {prometheus: {query: max(shop_load), server: "%s", objective: 50}, max: 2, cooldown: 0s}
                    """
                            .formatted(prometheus.uri("http")));
            release("1");
            String weight = serving().get("a");
            prometheus.awaitValue("max(shop_load)", 10);
            ScalingRule.Decision down = scale();
            assertThat(down).isEqualTo(new ScalingRule.Decision(2, 1, "10.00, 50.00 wanted"));
            assertThat(serving()).isEqualTo(Map.of("a", weight, "b", "stopped 0"));

            Files.writeString(figures, "shop_load 90\n");
            prometheus.awaitValue("max(shop_load)", 90);
            assertThat(scale()).isEqualTo(new ScalingRule.Decision(1, 2, "90.00, 50.00 wanted"));
            assertThat(serving()).isEqualTo(Map.of("a", weight, "b", weight));
        }
        assertThat(scale()).as("nobody answers").isEqualTo(new ScalingRule.Decision(2, 2, "there is no data"));
    }

    @Test
    void refusesWhereThereIsNothingToScale() {
        assertThatThrownBy(this::scale).isInstanceOf(RefusedException.class).hasMessageContaining("Nothing is live");
    }
}
