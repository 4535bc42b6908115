package io.jenkins.plugins.transparentdeploy.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Item;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who is told of what happens to releases, and by whom it was asked for. */
@WithJenkins
class WebhooksTest {
    private static final String SECRET = "s3cret-7f3a91";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    /** A receiver takes what is signed, and nothing else. */
    @Test
    void whatGoesBackByAClickAndByItselfIsToldWithWhoAskedForIt(JenkinsRule jenkins) throws Exception {
        try (Receiver receiver = new Receiver(SECRET)) {
            Administrator.configure(
                    directory,
                    "unclassified: {transparentDeploy: {webhooks: [{url: '" + receiver.url()
                            + "', credentialsId: release-hook}]}}");
            Administrator.keepSecret("release-hook", SECRET);
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
            jenkins.assertBuildStatusSuccess(release(job, "1.0", "open"));
            jenkins.assertBuildStatusSuccess(release(job, "1.1", "open, but slow"));
            rollBackAsRita(jenkins, job);
            for (String event : List.of("release.rollingBack", "release.rolledBack")) {
                assertThat(receiver.message(event, "ROLLBACK").toString())
                        .contains("\"who\":\"rita\"", "\"via\":\"jenkins\"", "\"version\":\"1.0\"", "orders fail")
                        .contains(job.getUrl() + "releases/\"");
            }

            ReleaseHistory history = ReleaseHistory.of("shop", "production");
            await().atMost(Duration.ofSeconds(60)).until(() -> history.getFreeze() != null);
            history.freezes().orElseThrow().decide(false, "alice", "looked at it");
            WorkflowRun bad = jenkins.assertBuildStatus(Result.FAILURE, release(job, "1.2", "closed"));
            for (String event : List.of("release.rollingBack", "release.rolledBack")) {
                assertThat(receiver.message(event, "DEPLOYMENT").toString())
                        .contains("\"who\":\"ada\"", "\"version\":\"1.2\"", "grep")
                        .contains(bad.getUrl() + "\"");
            }
        }
    }

    private WorkflowRun release(WorkflowJob job, String version, String content) throws Exception {
        Path live = Files.createDirectories(directory.resolve("live"));
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + content + "'; autoRollback(service: 'shop', environment:"
                        + " 'production', stateDirectory: '" + directory.resolve("state")
                        + "') { deploy artifact: 'app', version: '" + version + "', target: directory('" + live
                        + "'); smokeTest checks: [commandCheck(name: 'grep', command: ['grep', '-q', 'open', '" + live
                        + "/page'])], retries: 0 } }",
                true));
        return job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause("ada")))
                .get();
    }

    private static void rollBackAsRita(JenkinsRule jenkins, WorkflowJob job) throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, RollbackPermission.ROLLBACK)
                .everywhere()
                .to("rita"));
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("rita")) {
            HtmlForm form = web.getPage(job, "releases/confirm?service=shop&environment=production&to=previous")
                    .getFormByName("rollback");
            form.getInputByName("reason").setValue("orders fail");
            jenkins.submit(form);
        }
    }

    @Test
    void aReceiverThatIsDownHoldsNothingUpAndIsToldLater(JenkinsRule jenkins) throws Exception {
        int port;
        try (Receiver reserved = new Receiver(SECRET)) {
            port = URI.create(reserved.url()).getPort();
        }
        Administrator.configure(
                directory,
                "unclassified: {transparentDeploy: {webhooks: [{url: 'http://127.0.0.1:" + port
                        + "/', credentialsId: release-hook}]}}");
        Administrator.keepSecret("release-hook", SECRET);
        Path live = Files.createDirectories(directory.resolve("live"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: 'open'; deploy service: 'shop', environment: 'production',"
                        + " stateDirectory: '" + directory.resolve("state")
                        + "', artifact: 'app', version: '1.0', target: directory('" + live + "') }",
                true));
        WorkflowRun released = jenkins.buildAndAssertSuccess(job);
        assertThat(live.resolve("page")).hasContent("open");
        try (Receiver receiver = new Receiver(SECRET, port)) {
            receiver.awaitEvents("release.prepared", "release.deploying", "release.succeeded");
            assertThat(receiver.lastUrl()).endsWith(released.getUrl());
        }
    }
}
