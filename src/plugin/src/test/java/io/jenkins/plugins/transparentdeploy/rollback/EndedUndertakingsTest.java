package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Of what has ended there is left what its page shows; not the host's whole answer, in memory and on the disk, for years. */
class EndedUndertakingsTest {
    private static final String ANSWER = "{\"outcome\":\"RESTORED\",\"message\":\"It is back.\",\"release\":{}}";

    @RegisterExtension
    private final JenkinsSessionExtension controller = new JenkinsSessionExtension();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    @Test
    void aHostsAnswerIsLetGoAtTheEnd() throws Throwable {
        controller.then(jenkins -> {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
            for (String version : List.of("1.0", "1.1")) {
                job.setDefinition(new CpsFlowDefinition(deploy(version), true));
                jenkins.buildAndAssertSuccess(job);
            }
            try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
                jenkins.submit(
                        web.goTo(job.getUrl() + "releases/confirm?service=shop&environment=production&to=previous")
                                .getFormByName("rollback"));
            }
            await().atMost(Duration.ofSeconds(90)).until(() -> only().isEnded());
            assertThat(only().isRestored()).as(only().getMessage()).isTrue();
            assertIsShort(jenkins);
        });
        controller.then(this::assertIsShort);
    }

    /** It is shown as before, and what it kept too much goes. */
    @Test
    void whatEarlierVersionsKeptIsReadAndShortened() throws Throwable {
        controller.then(jenkins -> {
            new GeneratedRelease("shop", "production", 1).remember();
            ReleaseHistory shop = ReleaseHistory.of("shop", "production");
            Asked asked = new Asked(new DeploymentsAction(), "alice", "192.0.2.7", "orders fail");
            Rollback one = new Rollback(shop, "previous", false, asked, asked.request("rollback", shop));
            one.createIn(new File(jenkins.jenkins.getRootDir(), "transparent-deploy/rollbacks"));
            Path file = file(jenkins, one);
            String open = Files.readString(file);
            assertThat(open).contains("<endedAt>0</endedAt>", "<follower", "</request>");
            Files.writeString(
                    file,
                    open.replace(
                                    "<endedAt>0</endedAt>",
                                    "<endedAt>" + System.currentTimeMillis()
                                            + "</endedAt><outcome>RESTORED</outcome><message>It is back.</message>")
                            .replace("</request>", "</request><result>" + ANSWER + "</result>"));
        });
        controller.then(jenkins -> {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertIsShort(jenkins));
            assertThat(only().getOutcome()).isEqualTo(Outcome.RESTORED);
            try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
                assertThat(web.goTo(only().getUrl()).asNormalizedText())
                        .contains("Done. It is back.", "alice", "orders fail");
                assertThat(web.goTo("deployments/audit?service=shop&environment=production")
                                .asNormalizedText())
                        .contains("alice");
            }
        });
    }

    private void assertIsShort(JenkinsRule jenkins) throws Exception {
        assertThat(only().isEnded()).isTrue();
        assertThat(only().getMessage()).isNotEmpty();
        assertThat(only().follower()).isNull();
        assertThat(only().getLive()).isEmpty();
        assertThat(only().isWaitingForAgent()).isFalse();
        assertThat(Files.readString(file(jenkins, only())))
                .contains("RESTORED")
                .doesNotContain("<follower")
                .doesNotContain("releaseDirectory")
                .hasSizeLessThan(2000);
    }

    private static Rollback only() {
        List<Rollback> all = Rollbacks.get().of("shop", "production");
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static Path file(JenkinsRule jenkins, Undertaking one) {
        return jenkins.jenkins
                .getRootDir()
                .toPath()
                .resolve("transparent-deploy/rollbacks")
                .resolve(one.getId())
                .resolve("rollback.xml");
    }

    private String deploy(String version) throws Exception {
        return "node { writeFile file: 'app/page', text: '" + version
                + "'; deploy service: 'shop', environment: 'production', stateDirectory: '"
                + directory.resolve("state") + "', artifact: 'app', version: '" + version + "', target: directory('"
                + Files.createDirectories(directory.resolve("live")) + "') }";
    }
}
