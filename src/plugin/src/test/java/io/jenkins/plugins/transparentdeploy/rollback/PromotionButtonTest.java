package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The click that takes what has run in staging to production, which another job releases to on another host. */
@WithJenkins
class PromotionButtonTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;

    @Test
    void whatRanInStagingGoesToProduction(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.createOnlineSlave().setLabelString("production-host");
        WorkflowRun old = release("production", "production-host", "1.0", "old");
        WorkflowRun staged = release("staging", "built-in", "1.1", "new");
        String id = staged.getAction(ReleaseAction.class).getReleases().get(0).getId();
        WorkflowJob staging = staged.getParent();
        secure(staging, old.getParent());

        String query = "?service=shop&environment=staging&release=" + id;
        assertRefused(staging, query);

        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            HtmlPage releases = web.getPage(staging, "releases");
            HtmlPage confirmation = ((HtmlAnchor) releases.querySelector("a[href^=promotion]")).click();
            assertThat(confirmation.asNormalizedText()).contains("1.1").contains("1.0 is live there");
            assertThat(directory.resolve("production/page"))
                    .as("nothing has happened yet")
                    .hasContent("old");
            HtmlForm form = confirmation.getFormByName("promote");
            form.getInputByName("reason").setValue("it was <fine>");
            HtmlPage followed = jenkins.submit(form);
            assertThat(followed.getUrl().getPath()).contains("/job/staging/releases/promotions/");
        }
        PromotionRun run = newest();
        assertDecidesWhoMayPromoteToThere(run);
        await().atMost(Duration.ofSeconds(90)).until(run::isEnded);
        assertThat(run.isDone()).as(run.getMessage()).isTrue();
        assertThat(directory.resolve("production/page")).hasContent("new");
        assertRemembered(run, id, old);

        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            assertThat(post(web, "deployments/promote" + query + "&to=production"))
                    .isEqualTo(200);
        }
        PromotionRun again = newest();
        assertThat(again.getUrl()).isEqualTo("deployments/promotions/" + again.getId() + "/");
        await().atMost(Duration.ofSeconds(90)).until(again::isEnded);
        assertDecidesWhoMayPromoteToThere(again);
    }

    /**
     * Wherever it was asked for. What the manager gets is that it is not waiting for an agent, or is over.
     */
    private void assertDecidesWhoMayPromoteToThere(PromotionRun run) throws Exception {
        for (String user : new String[] {"reader", "tester", "manager"}) {
            boolean may = user.equals("manager");
            try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
                for (String wish :
                        new String[] {"giveUp", "steer?verb=pause", "steer?verb=promote", "steer?verb=abort"}) {
                    if (may && !wish.equals("giveUp")) {
                        continue;
                    }
                    assertThat(post(web, run.getUrl() + wish))
                            .as(user + " " + wish)
                            .isEqualTo(may ? 409 : 403);
                }
            }
            try (ACLContext ignored = ACL.as2(User.getById(user, true).impersonate2())) {
                assertThat(run.isMayGiveUp()).as(user).isEqualTo(may);
                assertThat(new UndertakingTask(run).hasAbortPermission())
                        .as(user)
                        .isEqualTo(may);
            }
        }
    }

    private static PromotionRun newest() {
        return Rollbacks.get().of(PromotionRun.class, "shop", "production").get(0);
    }

    /** By the job that releases to production, so that nobody gets a say in production who had none. */
    private void assertRemembered(PromotionRun run, String id, WorkflowRun old) throws Exception {
        ReleaseHistory production = ReleaseHistory.of("shop", "production");
        assertThat(production.live()).get().returns("1.1", live -> live.getVersion());
        assertThat(production.jobNames()).containsExactly("production");
        JsonNode record = production
                .find(production.live().orElseThrow().getId())
                .orElseThrow()
                .release();
        assertThat(record.at("/promotedFrom/release").asText()).isEqualTo(id);
        assertThat(record.at("/actor/who").asText()).isEqualTo("manager");
        assertThat(record.path("reason").asText()).isEqualTo("it was <fine>");
        assertThat(old.getArtifactManager().root().child("release").list()).hasSize(2);
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            assertThat(web.goTo(run.getUrl()).asNormalizedText())
                    .contains("Done.")
                    .contains("it was <fine>");
            assertThat(web.getPage(old.getParent(), "releases").asNormalizedText())
                    .contains("Promotion from staging")
                    .contains("it was <fine>");
        }
    }

    private void assertRefused(WorkflowJob staging, String query) throws Exception {
        for (String user : new String[] {"reader", "tester"}) {
            try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
                assertThat(web.getPage(staging, "releases").querySelectorAll("a[href^=promotion]"))
                        .as(user)
                        .isEmpty();
                assertThat(post(web, staging.getUrl() + "releases/promote" + query + "&to=production"))
                        .as(user)
                        .isEqualTo(user.equals("reader") ? 403 : 404);
            }
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            web.assertFails(staging.getUrl() + "releases/promote" + query + "&to=production", 405);
            assertThat(post(web, staging.getUrl() + "releases/promote" + query + "&to=elsewhere"))
                    .isEqualTo(404);
            assertThat(post(
                            web,
                            staging.getUrl() + "releases/promote" + query.replace("release=", "release=x")
                                    + "&to=production"))
                    .isEqualTo(404);
        }
        assertThat(Rollbacks.get().of(PromotionRun.class, "shop", "production")).isEmpty();
    }

    private int post(JenkinsRule.WebClient web, String path) throws Exception {
        web.setThrowExceptionOnFailingStatusCode(false);
        WebRequest request = new WebRequest(URI.create(jenkins.getURL() + path).toURL(), HttpMethod.POST);
        return web.getPage(web.addCrumb(request)).getWebResponse().getStatusCode();
    }

    private void secure(WorkflowJob staging, WorkflowJob production) {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("manager", "reader", "tester")
                .grant(ReleasePermissions.PROMOTE)
                .onItems(staging)
                .to("manager", "tester")
                .grant(ReleasePermissions.PROMOTE)
                .onItems(production)
                .to("manager"));
    }

    private WorkflowRun release(String environment, String node, String version, String page) throws Exception {
        Path live = Files.createDirectories(directory.resolve(environment));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, environment);
        job.setDefinition(new CpsFlowDefinition(
                "node('" + node + "') { writeFile file: 'app/page', text: '" + page
                        + "'; deploy service: 'shop', environment: '" + environment + "', stateDirectory: '"
                        + directory.resolve("state of " + node) + "', artifact: 'app', version: '" + version
                        + "', target: directory('" + live + "') }",
                true));
        return jenkins.buildAndAssertSuccess(job);
    }
}
