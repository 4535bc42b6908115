package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Workshop;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a rollout may take out of service: real processes behind a real load balancer, of which a scaling rule parks one. */
class InServiceTest {
    @TempDir
    private Path root;

    private Workshop workshop;
    private EmbeddedLoadBalancerServer balancer;

    @BeforeEach
    void release() throws Exception {
        Map<String, URI> backends = new LinkedHashMap<>();
        for (String instance : List.of("a", "b", "c")) {
            backends.put(instance, URI.create("http://127.0.0.1:9"));
            Files.createDirectories(root.resolve(instance));
        }
        balancer = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                root.resolve("control/socket"),
                root.resolve("balancer.json"),
                Balancing.ROUND_ROBIN,
                backends));
        workshop = new Workshop(root)
                .with(
                        """
                        target: {directory: "@root@/{instance}"}
                        instances: {a: {}, b: {}, c: {}}
                        process: {run: [sleep, '1000'], stopTimeout: 2s}
                        loadBalancer: {embedded: "@root@/control/socket"}
                        scaling: {demand: 100, min: 2, cooldown: 0s, window: 50ms}
                        """);
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).run(workshop.write("artifact", "app", "one"), Workshop.request("one"));
        }
        try (ManagedEnvironment environment = workshop.open()) {
            new Scaling(environment).once();
            assertThat(environment.parked()).containsExactly("c");
        }
    }

    @AfterEach
    void stop() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            for (ManagedInstance instance : environment.instances()) {
                instance.process().stop();
            }
        }
        balancer.close();
    }

    @Test
    void theLastThatServeAreNotTakenOutTogetherWhileOthersAreParked() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord live = environment.history().live().orElseThrow();
            ReleaseRun run = ReleaseRun.resume(environment, live);
            Map<String, Manifest> content = ReleaseRun.manifests(environment, live.instances());
            JournaledRollout rollout = JournaledRollout.deploying(run, content);
            assertThatThrownBy(() -> rollout.remaining(List.of("a", "b")))
                    .isInstanceOf(NotReadyException.class)
                    .hasMessage(
                            "nobody would be served without a, b, for the others are parked: c; let fewer change at once");
            assertThat(rollout.remaining(List.of("a"))).containsExactly("b");
            assertThat(rollout.remaining(List.of("c")))
                    .as("which serves nobody")
                    .isEmpty();

            environment.loadBalancer().orElseThrow().setWeights(Map.of("b", 0));
            assertThatThrownBy(() -> rollout.remaining(List.of("a")))
                    .as("somebody drained the other")
                    .hasMessageContaining("sends nothing to b");
            assertThat(JournaledRollout.restoring(run, content, environment.definition(), Set.of())
                            .remaining(List.of("a", "b")))
                    .as("on the way back nothing is refused")
                    .isEmpty();
        }
    }
}
