package io.jenkins.plugins.transparentdeploy.rollback;

import static io.jenkins.plugins.transparentdeploy.rollback.NewestRollback.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Queue;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.htmlunit.Page;
import org.htmlunit.WebResponse;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The way back when something is in it. */
@WithJenkins
class TroubledRollbackTest {
    private static final String CONFIRM = "job/shop/releases/confirm?service=shop&environment=production&to=previous";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private OnePage shop;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        shop = new OnePage(directory);
        job = jenkins.createProject(WorkflowJob.class, "shop");
    }

    @Test
    void whatSomebodyChangedAndWhatCannotBeTakenBackIsShownAndWantsAWord() throws Exception {
        release("1.0", "open", "");
        release("1.1", "slow", ", hooks: hooks(beforeDeploy: [hook(name: 'drop-table', shell: 'true', oneWay: true)])");
        Files.writeString(shop.page(), "edited at night");

        assertThat(post("plan", "").getContentAsString())
                .contains("Cannot be taken back")
                .contains("beforeDeploy/drop-table")
                .contains("Release a mended version instead; or, if the older one works all the same, say so below")
                .contains("or overwrite them below: they are snapshotted first")
                .doesNotContain("--accept-one-way", "or force")
                .contains("Changed by somebody else")
                .contains("<code>page</code>")
                .contains("name=\"acceptOneWay\"")
                .contains("name=\"force\"");
        assertThat(shop.page()).as("looking changes nothing").hasContent("edited at night");

        post("rollback", "");
        assertThat(ended().getOutcome()).isEqualTo(Outcome.REFUSED);
        assertThat(ended().getMessage())
                .contains("ask for it once more, accept it there, and give a reason")
                .doesNotContain("--accept-one-way");
        post("rollback", "&force=true");
        assertThat(ended().getOutcome())
                .as("force is not for what has no inverse")
                .isEqualTo(Outcome.REFUSED);
        assertThat(post("rollback", "&force=true&acceptOneWay=true&reason=+").getStatusCode())
                .as("without a reason")
                .isEqualTo(400);
        assertThat(shop.page()).hasContent("edited at night");

        post("rollback", "&force=true&acceptOneWay=true&reason=" + encoded("the <table> is empty anyway"));
        assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
        assertThat(shop.page()).hasContent("open");
        assertThat(ended().getAddress()).isEqualTo("127.0.0.1");
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.goTo(ended().getUrl()).asNormalizedText())
                    .contains("the <table> is empty anyway")
                    .contains("from 127.0.0.1");
            assertListed(web.getPage(job, "releases").querySelectorAll(".tdeploy-audit tbody tr"));
        }
    }

    /** Two have the page before the click open; one of them is quicker. */
    @Test
    void whoConfirmsWhatIsNotLiveAnyMoreTakesBackNothingAndIsTold() throws Exception {
        release("1.0", "open", "");
        release("1.1", "slow", "");
        release("1.2", "slower", "");
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            HtmlPage opened = web.goTo(CONFIRM);
            post("rollback", "&reason=orders+fail");
            assertThat(ended().isDone()).as(ended().getMessage()).isTrue();

            Page answer = jenkins.submit(opened.getFormByName("rollback"));
            assertThat(answer.getWebResponse().getStatusCode()).isEqualTo(409);
            assertThat(answer.getWebResponse().getContentAsString())
                    .contains("Nothing was changed: 1.2, which was live when you were asked, is not live any more")
                    .contains("jenkins went back to 1.1 meanwhile")
                    .contains("Look at the Releases page");
            assertThat(shop.page()).hasContent("slow");
            assertThat(Rollbacks.get().of("shop", "production")).hasSize(1);
            assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.1", live -> live.getVersion());

            post("rollback", "&about=99991231T000000000Z-00000000");
            assertThat(ended().getOutcome())
                    .as("what only the host can know, it says")
                    .isEqualTo(Outcome.REFUSED);
            assertThat(ended().getMessage())
                    .contains("is not live any more; 1.1")
                    .contains("rolled back to by jenkins")
                    .doesNotContain("tdeploy");
            assertThat(shop.page()).hasContent("slow");

            jenkins.submit(web.goTo(CONFIRM).getFormByName("rollback"));
            assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
            assertThat(shop.page()).as("asked for again, from what is live").hasContent("open");
        }
    }

    @Test
    void aRefusalIsShownAsLongAsItIsTheNewestAndForcingOnlyWhereItHelps() throws Exception {
        release("1.0", "open", "");
        release("1.1", "slow", "");
        Files.writeString(shop.page(), "edited at night");
        post("rollback", "");
        assertThat(ended().getOutcome()).isEqualTo(Outcome.REFUSED);
        assertRefusalShown(true);

        post("rollback", "&about=99991231T000000000Z-00000000");
        assertThat(ended().getOutcome()).isEqualTo(Outcome.REFUSED);
        assertRefusalShown(false);

        Files.writeString(shop.page(), "slow");
        release("1.2", "slower", "");
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            assertThat(web.goTo(CONFIRM).asNormalizedText()).doesNotContain("refused");
        }
    }

    private void assertRefusalShown(boolean curedByForce) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            HtmlPage confirm = web.goTo(CONFIRM);
            assertThat(confirm.querySelector(".jenkins-alert-warning").asNormalizedText())
                    .startsWith("The last rollback was refused")
                    .contains(" ago: ")
                    .contains(ended().getMessage());
            assertThat(confirm.querySelectorAll("input[name=force]")).hasSize(curedByForce ? 1 : 0);
        }
    }

    /** What is live, and what comes back, were made by builds of which nothing is left. */
    @Test
    void theBuildsAreGone() throws Exception {
        String first = release("1.0", "open", "");
        release("1.1", "slow", "");
        String live = release("1.2", "slower", "");
        for (WorkflowRun run : job.getBuilds()) {
            run.delete();
        }
        assertThat(job.getBuilds()).isEmpty();

        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.getPage(job, "releases").asNormalizedText())
                    .contains("1.2")
                    .contains("Roll back to 1.1");
        }
        post("rollback", "", first);
        assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
        assertThat(shop.page()).hasContent("open");
        post("rollback", "", live);
        assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
        assertThat(shop.page()).as("and forward again").hasContent("slower");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.2", entry -> entry.getVersion());
        assertThat(Queue.getInstance().getItems()).isEmpty();
    }

    /** Whoever stops a build whose run then dies gets back what was live. */
    @Test
    void whatWasStoppedAndDiedIsRecovered() throws Exception {
        Path gate = Files.createFile(directory.resolve("gate"));
        String ready = ", readyCheck: commandCheck(name: 'gate', timeout: '600s', command: ['sh', '-c', 'until test -e "
                + gate + "; do sleep 0.1; done'])";
        release("1.0", "open", ready);
        Files.delete(gate);
        define("1.1", "slow", ready);
        WorkflowRun stopped = job.scheduleBuild2(0).waitForStart();
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(shop.page()).hasContent("slow"));
        stopped.getExecutor().interrupt();
        jenkins.waitForMessage("ROLLING_BACK", stopped);
        try (Stream<Path> runs = Files.list(directory.resolve("state/runs"))) {
            Path underWay = runs.filter(run -> !Files.exists(run.resolve("result.json")))
                    .findFirst()
                    .orElseThrow();
            long worker = new ObjectMapper()
                    .readTree(underWay.resolve("process.json").toFile())
                    .path("pid")
                    .asLong();
            ProcessHandle.of(worker).orElseThrow().destroyForcibly();
        }
        jenkins.waitForMessage("recovering what it was doing", stopped);
        Files.createFile(gate);
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(stopped));
        assertThat(shop.page()).hasContent("open");
        jenkins.assertLogNotContains("Stopped before anything was touched", stopped);
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", entry -> entry.getVersion());
        assertThat(stopped.getAction(ReleaseAction.class).getReleases())
                .singleElement()
                .returns("ROLLED_BACK", ReleaseEntry::getState);
    }

    /** The release gives way: it is taken back, and the build says so; the click does not wait for it to be well. */
    @Test
    void aReleaseThatRunsGivesWayToARollback() throws Exception {
        release("1.0", "open", "");
        Path asked = directory.resolve("asked");
        define(
                "1.1",
                "slow",
                ", hooks: hooks(afterDeploy: [hook(name: 'wait', nothingToUndo: true, shell: 'touch \"" + asked
                        + "\"; sleep 120')])");
        WorkflowRun running = job.scheduleBuild2(0).waitForStart();
        await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(asked));
        assertThat(shop.page()).hasContent("slow");

        post("rollback", "&reason=orders+fail");
        assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(running));
        assertThat(shop.page()).hasContent("open");
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        assertThat(history.live()).get().returns("1.0", entry -> entry.getVersion());
        assertThat(running.getAction(ReleaseAction.class).getReleases())
                .singleElement()
                .returns("ROLLED_BACK", ReleaseEntry::getState);
    }

    /** Stands for a full disk of the controller: what cannot be created there fails in the same place. */
    @Test
    void aControllerThatCannotKeepItRollsBackAllTheSame() throws Exception {
        Path gate = Files.createFile(directory.resolve("gate"));
        String ready = ", readyCheck: commandCheck(name: 'gate', timeout: '600s', command: ['sh', '-c', 'until test -e "
                + gate + "; do sleep 0.1; done'])";
        release("1.0", "open", ready);
        release("1.1", "slow", ready);
        Files.delete(gate);
        Path rollbacks = jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/rollbacks");
        Files.writeString(rollbacks, "a file where a directory is to be");

        WebResponse started = post("rollback", "&reason=orders+fail");
        assertThat(started.getStatusCode()).isEqualTo(200);
        assertThat(started.getContentAsString()).contains("but would not outlive a restart of Jenkins");
        Files.createFile(gate);
        assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
        assertThat(shop.page()).hasContent("open");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", entry -> entry.getVersion());
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.goTo(ended().getUrl()).asNormalizedText())
                    .contains("Done.")
                    .contains("this page would not outlive a restart of Jenkins")
                    .contains("orders fail");
        }
        assertThat(ended().isKept()).isFalse();

        Files.delete(rollbacks);
        ended().save();
        assertThat(ended().isKept()).as("once there is room again").isTrue();
        assertThat(Undertaking.load(rollbacks.resolve(ended().getId()).toFile()).getMessage())
                .isEqualTo(ended().getMessage());
    }

    /** What the host keeps is for the host to say: it is asked before the click, and refuses after it. */
    @Test
    void aReleaseWhoseContentWasRemovedDoesNotComeBackAndThePageSaysSoBeforeTheClick() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            job.setDefinition(new CpsFlowDefinition(keepingNoMoreThanItMust("1." + number, "page " + number), true));
            WorkflowRun run = jenkins.buildAndAssertSuccess(job);
            ids.add(run.getAction(ReleaseAction.class).getReleases().get(0).getId());
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(post("plan", "", ids.get(0)).getContentAsString())
                        .contains("This release cannot come back: its content was removed from the host")
                        .contains("data-impossible")
                        .doesNotContain("rolling back is possible all the same"));

        post("rollback", "", ids.get(0));
        assertThat(ended().isDone()).isFalse();
        assertThat(ended().getMessage()).contains("Nothing was changed").contains("release that version anew");
        assertThat(shop.page()).hasContent("page 4");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.4", entry -> entry.getVersion());
        post("rollback", "");
        assertThat(ended().isDone()).as(ended().getMessage()).isTrue();
        assertThat(shop.page()).as("what 'previous' means is always kept").hasContent("page 3");
    }

    private String keepingNoMoreThanItMust(String version, String content) {
        String serviceFile =
                """
                service: shop
                environments:
                  production:
                    target: {directory: "%s"}
                    retention: {releases: 1}
                """
                        .formatted(directory.resolve("live"));
        return "node { writeFile file: 'app/page', text: '" + content
                + "'; writeFile file: 'transparent-deploy.yaml', text: '''" + serviceFile
                + "'''; deploy service: 'shop', environment: 'production', stateDirectory: '"
                + directory.resolve("state") + "', artifact: 'app', version: '" + version + "' }";
    }

    /** Newest first: the one that was done, and the two that were refused. */
    private static void assertListed(List<DomNode> rows) {
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).asNormalizedText())
                .contains("Rollback to the release before")
                .contains("anonymous")
                .contains("from 127.0.0.1")
                .contains("the <table> is empty anyway")
                .contains("Done")
                .contains(ended().getMessage());
        assertThat(rows.get(1).asNormalizedText())
                .contains("none given")
                .contains("Not done")
                .contains("cannot be taken back");
    }

    private WebResponse post(String what, String more) throws Exception {
        return post(what, more, "previous");
    }

    private WebResponse post(String what, String more, String to) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            return Click.on(
                    web, job.getUrl() + "releases/" + what + "?service=shop&environment=production&to=" + to + more);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String release(String version, String content, String more) throws Exception {
        define(version, content, more);
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        return run.getAction(ReleaseAction.class).getReleases().get(0).getId();
    }

    private void define(String version, String content, String more) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node { " + shop.release(version, content) + more + " }", true));
    }
}
