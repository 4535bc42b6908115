package io.jenkins.plugins.transparentdeploy.rollback;

import static io.jenkins.plugins.transparentdeploy.rollback.NewestRollback.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Run;
import hudson.tasks.LogRotator;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jenkins.model.BuildDiscarderProperty;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A job that keeps one build, as its log rotator sees to whenever one has ended. */
@WithJenkins
class DiscardedBuildsTest {
    private static final String WHERE = "?service=shop&environment=production";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private OnePage shop;

    @BeforeEach
    void aJobThatKeepsOneBuild(JenkinsRule rule) throws Exception {
        jenkins = rule;
        shop = new OnePage(directory);
        job = jenkins.createProject(WorkflowJob.class, "shop");
        job.addProperty(new BuildDiscarderProperty(new LogRotator(-1, 1, -1, -1)));
    }

    @Test
    void theBuildsOfWhatIsLiveAndOfTheWayBackAreSparedAndNoOthers() throws Exception {
        release("1.0", "open");
        release("1.1", "open and fast");
        release("1.2", "faster");
        nothing();
        nothing();
        awaitBuilds(5, 3, 2);
    }

    /** A person has said of both builds that they need not be kept. */
    @Test
    void whatIsLiveAndTheWayBackOutliveTheirBuilds() throws Exception {
        String first = release("1.0", "open");
        String before = release("1.1", "open and fast");
        String live = release("1.2", "faster");
        awaitBuilds(3, 2);
        for (int number : new int[] {2, 3}) {
            post(job.getBuildByNumber(number).getUrl() + "toggleLogKeep");
        }
        nothing();
        awaitBuilds(4);

        assertShownWithoutBuilds();
        assertThat(rollBack("previous"))
                .as("from what has no build, to what has none")
                .hasContent("open and fast");
        assertThat(history().live()).get().returns(before, ReleaseSummary::getId);
        assertThat(rollBack(live)).as("and forward again").hasContent("faster");
        assertThat(rollBack(first)).as("to what the rotator took long ago").hasContent("open");

        assertThat(history().newestFirst())
                .filteredOn(release -> !release.isRollback())
                .extracting(ReleaseSummary::getId)
                .containsExactly(live, before, first);
        assertThat(List.of(first, before, live))
                .allSatisfy(id -> assertThat(history().find(id)).get().returns("shop", record -> record.getJobName()));
        assertThat(job.getBuilds()).extracting(Run::getNumber).containsExactly(4);
    }

    private void assertShownWithoutBuilds() throws Exception {
        assertThat(history().live()).get().returns("1.2", ReleaseSummary::getVersion);
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage releases = web.getPage(job, "releases");
            assertThat(releases.querySelector(".tdeploy-version").getTextContent())
                    .isEqualTo("1.2");
            assertThat(releases.querySelector("#main-panel tbody tr").asNormalizedText())
                    .contains("1.2")
                    .contains("Live");
            assertThat(releases.asNormalizedText()).contains("Roll back to 1.1").contains("1.0");
            assertThat(releases.getAnchors())
                    .as("no link leads to a build that is gone")
                    .noneMatch(anchor -> anchor.getHrefAttribute().matches(".*/job/shop/[123]/.*"));
            assertThat(web.goTo("deployments/").asNormalizedText())
                    .contains("1.2")
                    .contains("Roll back to 1.1");
        }
    }

    /** As the button does; done when this returns. */
    private Path rollBack(String to) throws Exception {
        post(job.getUrl() + "releases/rollback" + WHERE + "&to=" + to);
        Rollback newest = ended();
        assertThat(newest.isRestored()).as(newest.getMessage()).isTrue();
        return shop.page();
    }

    private void awaitBuilds(Integer... numbers) {
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() ->
                        assertThat(job.getBuilds()).extracting(Run::getNumber).containsExactly(numbers));
    }

    private void post(String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            Click.on(web, path);
        }
    }

    private static ReleaseHistory history() {
        return ReleaseHistory.of("shop", "production");
    }

    private void nothing() throws Exception {
        job.setDefinition(new CpsFlowDefinition("echo 'nothing'", true));
        jenkins.buildAndAssertSuccess(job);
    }

    private String release(String version, String page) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node { " + shop.release(version, page) + " }", true));
        return jenkins.buildAndAssertSuccess(job)
                .getAction(ReleaseAction.class)
                .getReleases()
                .get(0)
                .getId();
    }
}
