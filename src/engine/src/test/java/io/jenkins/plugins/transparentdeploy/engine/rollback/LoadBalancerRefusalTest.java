package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a real load balancer cannot do, or does not take, as it is configured: the first is refused before anything is
 * touched, the second leaves its configuration, and everything else, as it was.
 */
class LoadBalancerRefusalTest {
    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void versions() throws IOException {
        workshop = new Workshop(temporary);
        workshop.write("v1", "app", "one");
        workshop.write("v2", "app", "two");
        for (String instance : new String[] {"a", "b", "c"}) {
            Files.createDirectories(temporary.resolve("live").resolve(instance));
        }
    }

    private KillableBalancer start(String kind) throws IOException {
        return KillableBalancer.start(
                kind, Files.createDirectory(temporary.resolve("balancer")), KillableBalancer.NOBODY);
    }

    private void behind(String balancer, String yaml) {
        workshop.with(
                """
                target: {directory: "@root@/live/{instance}"}
                instances: {a: {port: 1}, b: {port: 2}}
                drain: 1s
                loadBalancer: %s
                """
                                .formatted(balancer)
                        + yaml);
    }

    private ReleaseRecord release(String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.path("v" + version), Workshop.request(version));
        }
    }

    private void assertThatNothingWasTouched() throws IOException {
        try (Stream<Path> live = Files.walk(temporary.resolve("live"))) {
            assertThat(live.filter(Files::isRegularFile)).isEmpty();
        }
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.history().newest(1)).isEmpty();
        }
    }

    private static Map<String, Integer> weights(KillableBalancer balancer) throws IOException {
        return balancer.balancer().backends().stream()
                .collect(Collectors.toMap(BackendStatus::name, BackendStatus::weight));
    }

    /** Neither has a log that it could count by. */
    @ParameterizedTest
    @CsvSource({
        "haproxy, latency, LATENCIES, '{latency: {objective: 300ms, floor: 2s}}'",
        "nginx, latency, LATENCIES, '{latency: {objective: 300ms, floor: 2s}}'",
        "nginx, error rate, STATISTICS, '{errorRate: {objective: 1%, floor: 5%}}'"
    })
    void aMetricThatItCannotCountIsRefused(String kind, String metric, String missing, String described)
            throws Exception {
        try (KillableBalancer balancer = start(kind)) {
            behind(balancer.inServiceFile(), "strategy: rolling\nanalysis: {metrics: [" + described + "]}\n");
            assertThatThrownBy(() -> release("1"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(metric)
                    .hasMessageContaining(missing)
                    .hasMessageContaining("'" + kind + "' does not have")
                    .hasMessageContaining("judge by checks");
            assertThatNothingWasTouched();
        }
    }

    @Test
    void aScalingRuleThatItCannotCountForIsRefused() throws Exception {
        try (KillableBalancer balancer = start("haproxy")) {
            behind(
                    balancer.inServiceFile(),
                    "process: {run: [sleep, '98761'], stopTimeout: 1s}\n"
                            + "scaling: {latency: {percentile: 95, objective: 300ms}, max: 2}\n");
            assertThat(release("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
            try (ManagedEnvironment environment = workshop.open()) {
                assertThatThrownBy(() -> new Scaling(environment).once())
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("LATENCIES")
                        .hasMessageContaining("'haproxy' does not have")
                        .hasMessageContaining("prometheus");
            } finally {
                stop("a");
                stop("b");
            }
        }
    }

    private void stop(String instance) throws IOException {
        Path pid = temporary.resolve("state/services/shop/test/instances/" + instance + "/pid");
        ProcessHandle.of(Long.parseLong(Files.readString(pid).trim())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void anInstanceThatItDoesNotKnowIsRefused() throws Exception {
        try (KillableBalancer balancer = start("haproxy")) {
            workshop.with(
                    """
                    target: {directory: "@root@/live/{instance}"}
                    instances: {a: {port: 1}, c: {port: 2}}
                    loadBalancer: %s
                    strategy: rolling
                    """
                            .formatted(balancer.inServiceFile()));
            assertThatThrownBy(() -> release("1"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("'haproxy' has no backend for the instance 'c'");
            assertThatNothingWasTouched();
        }
    }

    @Test
    void aChangeThatNginxRefusesEndsTheReleaseAndLeavesItsConfigurationAsItWas() throws Exception {
        try (KillableBalancer nginx = start("nginx")) {
            behind(nginx.inServiceFile(), "strategy: rolling\n");
            assertThat(release("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
            Map<String, Integer> before = weights(nginx);
            Path upstream = upstreamFile();
            String configuration = Files.readString(upstream);

            behind(
                    nginx.inServiceFile()
                            .replace("upstream: shop", "upstream: shop, directives: [no_such_directive on]"),
                    "strategy: rolling\n");
            ReleaseRecord record = release("2");

            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(record.incident().orElseThrow().reason()).contains("no_such_directive");
            assertThat(upstream).hasContent(configuration);
            assertThat(weights(nginx)).isEqualTo(before);
            for (String instance : new String[] {"a", "b"}) {
                assertThat(temporary.resolve("live").resolve(instance).resolve("app"))
                        .hasContent("one");
            }
        }
    }

    private Path upstreamFile() throws IOException {
        try (Stream<Path> files = Files.walk(temporary.resolve("balancer"))) {
            return files.filter(file -> file.getFileName().toString().equals("shop.conf"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
