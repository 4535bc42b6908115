package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.LyingHost;
import io.jenkins.plugins.transparentdeploy.OnePage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * A rollback asked a release to give way, and is answered with that release. Who hears of it first, the rollback or the
 * build, is chance: here the host says what an honest one would, in the order that is the harder one.
 */
@WithJenkins
class ReleaseThatGaveWayTest {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private LyingHost host;
    private OnePage page;
    private WorkflowJob job;
    private WorkflowRun first;
    private ObjectNode gaveWay;

    @BeforeEach
    void aReleaseIsLiveAndTheNextGaveWay(JenkinsRule rule) throws Exception {
        jenkins = rule;
        host = new LyingHost(directory.resolve("host"));
        jenkins.createSlave("host", "host", host.environment());
        page = new OnePage(directory);
        job = jenkins.createProject(WorkflowJob.class, "shop");
        first = release(Result.SUCCESS, "1.0");
        gaveWay = new GeneratedRelease("shop", "production", 1)
                .states("PREPARED", "DEPLOYING", "ROLLING_BACK", "ROLLED_BACK")
                .with("id", ID_TIME.format(Instant.now()) + "-00000001")
                .with("version", "1.1")
                .release();
        gaveWay.set(
                "actor", new ObjectMapper().valueToTree(Actor.of(null, job.getUrl() + job.getNextBuildNumber() + "/")));
    }

    @Test
    void theRollbackHearsOfItBeforeItsBuild() throws Exception {
        String id = gaveWay.path("id").asText();
        rollBackOnThePage();

        assertThat(history().find(id)).get().returns(null, HistoryEntry::getJobName);
        assertThat(ids(first))
                .as("it is no release of the build whose release is live")
                .doesNotContain(id);

        host.answers("shop", host.result("ROLLED_BACK", "gave way", gaveWay));
        WorkflowRun own = release(Result.FAILURE, "1.1");
        jenkins.assertLogContains("gave way", own);
        assertThat(ids(own)).containsExactly(id);
        assertThat(own.getArtifactManager()
                        .root()
                        .child("release/" + id + "/release.json")
                        .exists())
                .isTrue();
        assertThat(history().find(id)).get().returns("shop #2", HistoryEntry::getBuildName);

        WorkflowRun another = release(Result.FAILURE, "1.2");
        jenkins.assertLogContains("answered with release " + id + ", which is one of shop #2", another);
    }

    @Test
    void aBuildThatDidNotAskForItDoesNotGetIt() throws Exception {
        release(Result.SUCCESS, "1.0.1");
        String id = gaveWay.path("id").asText();
        rollBackOnThePage();

        host.answers("shop", host.result("ROLLED_BACK", "gave way", gaveWay));
        WorkflowRun another = release(Result.FAILURE, "1.1");
        jenkins.assertLogContains("answered with release " + id + ", which is one of –", another);
        assertThat(ids(another)).isEmpty();
        assertThat(history().find(id)).get().returns(null, HistoryEntry::getJobName);
    }

    /** Of another job, which may do that; the release is that of its own build all the same. */
    @Test
    void aBuildOfAnotherJobRolledBack() throws Exception {
        WorkflowJob night = jenkins.createProject(WorkflowJob.class, "night");
        release(Result.SUCCESS, night, "1.0.1");
        String id = gaveWay.path("id").asText();
        host.answers("shop", host.result("RESTORED", "is back", gaveWay));
        night.setDefinition(new CpsFlowDefinition("rollback service: 'shop', environment: 'production'", true));
        jenkins.buildAndAssertSuccess(night);
        assertThat(history().find(id)).get().returns(null, HistoryEntry::getJobName);

        host.answers("shop", host.result("ROLLED_BACK", "gave way", gaveWay));
        assertThat(ids(release(Result.FAILURE, "1.1"))).containsExactly(id);
        assertThat(history().find(id)).get().returns("shop #2", HistoryEntry::getBuildName);
    }

    private void rollBackOnThePage() throws Exception {
        host.answers("shop", host.result("RESTORED", "is back", gaveWay));
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            String page = Click.on(
                            web, job.getUrl() + "releases/rollback?service=shop&environment=production&to=previous")
                    .getWebRequest()
                    .getUrl()
                    .toString()
                    .replace(jenkins.getURL().toString(), "");
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(
                            web.getJSON(page + "api/json").getJSONObject().toString())
                    .contains("\"ended\":true", "\"done\":true"));
        }
    }

    private WorkflowRun release(Result result, String version) throws Exception {
        return release(result, job, version);
    }

    private WorkflowRun release(Result result, WorkflowJob job, String version) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node('host') { " + page.release(version, version) + " }", true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }

    private static List<String> ids(WorkflowRun build) {
        ReleaseAction action = build.getAction(ReleaseAction.class);
        return action == null
                ? List.of()
                : action.getReleases().stream().map(ReleaseEntry::getId).toList();
    }

    private static ReleaseHistory history() {
        return ReleaseHistory.of("shop", "production");
    }
}
