package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.analysis.Verdict;
import io.jenkins.plugins.transparentdeploy.engine.check.MetricsPage;
import io.jenkins.plugins.transparentdeploy.engine.check.RealPrometheus;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that says in a metric what its release makes of it, and a real Prometheus that scrapes it. */
class JudgedByPrometheusTest {
    @TempDir
    Path root;

    private Workshop workshop;
    private RealPrometheus prometheus;
    private MetricsPage metrics;

    @BeforeEach
    void start() throws Exception {
        Path live = Files.createDirectory(root.resolve("live"));
        prometheus = RealPrometheus.start(Files.createDirectory(root.resolve("prometheus")), Optional.empty());
        metrics = MetricsPage.of(live.resolve("metrics"));
        prometheus.scrapeToo(metrics.address());
        // It looks for what to scrape every five seconds only.
        prometheus.awaitValue("count(up)", 2);
        workshop = new Workshop(root);
        judgedBy("max(shop_queue_length)", "60s");
    }

    @AfterEach
    void stop() throws Exception {
        if (metrics != null) {
            metrics.close();
        }
        if (prometheus != null) {
            prometheus.close();
        }
    }

    private void judgedBy(String query, String deadline) throws Exception {
        workshop.with(
                """
                target: {directory: "@root@/live"}
                freezeAfterRollback: false
                analysis:
                  window: 6s
                  interval: 200ms
                  deadline: %s
                  metrics:
                    - prometheus: {name: queue, query: "%s", server: "%s", objective: 10, floor: 100}
                """
                        .formatted(deadline, query, prometheus.uri("http")));
    }

    private ReleaseRecord release(String version, int queue) throws Exception {
        Path artifact = workshop.write(version, "metrics", "shop_queue_length " + queue + "\n");
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(artifact, Workshop.request(version));
        }
    }

    @Test
    void aReleaseWhoseMetricIsBadInPrometheusIsTakenBack() throws Exception {
        ReleaseRecord good = release("1", 3);
        assertThat(good.state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(good.analysis().orElseThrow().verdict()).isEqualTo(Verdict.PASS);
        prometheus.awaitValue("max(shop_queue_length)", 3);

        ReleaseRecord bad = release("2", 500);
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.analysis().orElseThrow().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(bad.incident().orElseThrow().reason()).contains("queue");
        assertThat(root.resolve("live/metrics")).hasContent("shop_queue_length 3");
    }

    @Test
    void whatPrometheusDoesNotKnowIsNoVerdict() throws Exception {
        judgedBy("max(shop_no_such_metric)", "8s");
        ReleaseRecord unknown = release("1", 3);
        assertThat(unknown.analysis().orElseThrow().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(unknown.state()).isEqualTo(ReleaseState.ROLLED_BACK);
    }
}
