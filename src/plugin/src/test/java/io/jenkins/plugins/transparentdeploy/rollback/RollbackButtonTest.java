package io.jenkins.plugins.transparentdeploy.rollback;

import static io.jenkins.plugins.transparentdeploy.rollback.NewestRollback.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Item;
import hudson.model.Slave;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.GitRepository;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.Shop;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.RolledBackBadge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jenkins.model.Jenkins;
import org.apache.commons.io.FileUtils;
import org.htmlunit.FailingHttpStatusCodeException;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.job.properties.DisableConcurrentBuildsJobProperty;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The click that brings the last good release back, in the situation in which it is needed. */
@WithJenkins
class RollbackButtonTest {
    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Shop shop;

    @AfterEach
    void tearDown() {
        if (shop != null) {
            shop.close();
        }
    }

    /** While the job is building and may build once only, its repository gone and every executor taken. */
    @Test
    void worksWhileTheJobIsBusyAndItsRepositoryGone(JenkinsRule jenkins) throws Exception {
        shop = new Shop(directory);
        Path home = Files.createDirectories(directory.resolve("home"));
        Slave agent = agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name("host")
                        .javaOptions("-Duser.home=" + home)
                        .build());
        agent.setLabelString("host");
        jenkins.jenkins.setNumExecutors(0);
        GitRepository repository = new GitRepository(directory.resolve("repository"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        job.addProperty(new DisableConcurrentBuildsJobProperty());
        job.setDefinition(new CpsScmFlowDefinition(
                new GitSCM(
                        List.of(new UserRemoteConfig(repository.url(), null, null, null)),
                        List.of(new BranchSpec("main")),
                        null,
                        null,
                        List.of()),
                "Jenkinsfile"));
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        WorkflowRun good = release(jenkins, job, repository, release("9.4.56", "orders open", "1.0"));
        WorkflowRun bad = release(jenkins, job, repository, release("9.4.57", "orders open, slowly", "1.1"));
        repository.commit("Jenkinsfile", "node('host') { input 'busy' }");
        WorkflowRun busy = job.scheduleBuild2(0).waitForStart();
        await().atMost(Duration.ofSeconds(60)).until(() -> busy.getAction(InputAction.class) != null);
        FileUtils.deleteDirectory(repository.directory().toFile());
        secure(jenkins);

        assertRefused(jenkins, job);
        clickAsManager(jenkins, job);

        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        Rollback rollback = ended();
        assertThat(rollback.getMessage()).isNotEmpty();
        assertThat(rollback.isRestored()).as(rollback.getMessage()).isTrue();
        assertThat(shop.page()).isEqualTo("orders open");
        assertThat(history.live()).get().returns("1.0", live -> live.getVersion());
        assertThat(rollback.getUser()).isEqualTo("manager");
        assertThat(rollback.getReason()).isEqualTo("orders are <slow>");
        assertThat(bad.getAction(RolledBackBadge.class)).isNotNull();
        assertThat(good.getAction(RolledBackBadge.class)).isNull();
        assertThat(busy.isBuilding()).as("the busy build is left alone").isTrue();
        assertThat(job.getLastBuild()).as("nothing was built for it").isEqualTo(busy);
        assertPages(jenkins, rollback, bad);
        goForwardAgain(jenkins, job, bad);
        assertThat(shop.page()).isEqualTo("orders open, slowly");
        assertThat(history.live()).get().returns("1.1", live -> live.getVersion());
        assertThat(history.previous())
                .as("going forward speaks against nothing")
                .get()
                .returns("1.0", previous -> previous.getVersion());
        assertThat(good.getAction(RolledBackBadge.class)).isNull();
        busy.getExecutor().interrupt();
        jenkins.waitForCompletion(busy);
    }

    private String release(String server, String page, String version) {
        return "node('host') { " + shop.build(server, page) + "autoRollback(" + shop.where() + ") { "
                + shop.deploy(version) + shop.smokeTest() + " } }";
    }

    private static void secure(JenkinsRule jenkins) {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("manager", "reader", "developer")
                .grant(RollbackPermission.ROLLBACK)
                .everywhere()
                .to("manager")
                .grant(Item.CONFIGURE, Item.BUILD)
                .everywhere()
                .to("developer"));
    }

    private static void assertRefused(JenkinsRule jenkins, WorkflowJob job) throws Exception {
        String query = "?service=shop&environment=production&to=previous";
        for (String user : List.of("reader", "developer")) {
            try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
                web.assertFails(job.getUrl() + "releases/confirm" + query, 403);
                assertThat(post(web, job, query)).isEqualTo(403);
                assertThat(web.getPage(job, "releases").asNormalizedText()).contains("1.1");
                assertThat(web.getPage(job, "releases").querySelectorAll("a[href^=confirm]"))
                        .isEmpty();
            }
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            web.assertFails(job.getUrl() + "releases/rollback" + query, 405);
            web.assertFails(job.getUrl() + "releases/confirm?service=other&environment=production&to=previous", 404);
            web.assertFails(job.getUrl() + "releases/confirm?service=..&environment=..&to=previous", 404);
            web.assertFails(job.getUrl() + "releases/confirm?service=shop&environment=production&to=../x", 404);
            web.assertFails(job.getUrl() + "configure", 403);
        }
        assertThat(Rollbacks.get().of("shop", "production")).isEmpty();
    }

    private static int post(JenkinsRule.WebClient web, WorkflowJob job, String query) throws Exception {
        web.setThrowExceptionOnFailingStatusCode(false);
        return Click.on(web, job.getUrl() + "releases/rollback" + query).getStatusCode();
    }

    private static void clickAsManager(JenkinsRule jenkins, WorkflowJob job) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            HtmlPage releases = web.getPage(job, "releases");
            HtmlPage preview = ((HtmlAnchor) releases.querySelector("a[href$='to=previous']")).click();
            assertThat(preview.asNormalizedText()).contains("1.1").contains("1.0");
            HtmlForm form = preview.getFormByName("rollback");
            form.getInputByName("reason").setValue("orders are <slow>");
            jenkins.submit(form);
        } catch (FailingHttpStatusCodeException e) {
            throw new AssertionError(e.getResponse().getContentAsString(), e);
        }
    }

    /** What was taken back comes back when it is asked for by its id, even while Jenkins prepares to shut down. */
    private static void goForwardAgain(JenkinsRule jenkins, WorkflowJob job, WorkflowRun build) throws Exception {
        String id = build.getAction(ReleaseAction.class).getReleases().get(0).getId();
        jenkins.jenkins.doQuietDown();
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            HtmlPage preview = web.getPage(job, "releases/confirm?service=shop&environment=production&to=" + id);
            jenkins.submit(preview.getFormByName("rollback"));
        }
        List<Rollback> both = Rollbacks.get().of("shop", "production");
        assertThat(both).hasSize(2);
        await().atMost(Duration.ofSeconds(90)).until(() -> both.get(0).isEnded());
        assertThat(both.get(0).isRestored()).as(both.get(0).getMessage()).isTrue();
        jenkins.jenkins.doCancelQuietDown();
    }

    private static void assertPages(JenkinsRule jenkins, Rollback rollback, WorkflowRun bad) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("reader")) {
            HtmlPage page = web.goTo(rollback.getUrl());
            assertThat(page.asNormalizedText()).contains("orders are <slow>").contains(rollback.getMessage());
            String log = web.goTo(rollback.getUrl() + "logText/progressiveText?start=0", "text/plain")
                    .getWebResponse()
                    .getContentAsString();
            assertThat(log).contains("ROLLED_BACK");
            assertThat(web.getPage(bad, "release").asNormalizedText()).contains("1.1");
        }
    }

    private static WorkflowRun release(JenkinsRule jenkins, WorkflowJob job, GitRepository repository, String pipeline)
            throws Exception {
        repository.commit("Jenkinsfile", pipeline);
        return jenkins.buildAndAssertSuccess(job);
    }
}
