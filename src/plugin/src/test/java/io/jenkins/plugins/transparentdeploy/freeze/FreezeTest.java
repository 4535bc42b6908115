package io.jenkins.plugins.transparentdeploy.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.security.ApiTokenProperty;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
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

/** A rollback freezes its environment, and somebody who may opens it again from Jenkins. */
@WithJenkins
class FreezeTest {
    private static final String QUERY = "decide?service=shop&environment=production&frozen=";
    private static final String FORM = "freeze-shop-production";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @Test
    void deploymentsAreKeptOutUntilSomebodyWhoMayTakesThemAgain(JenkinsRule rule) throws Exception {
        aRollbackFreezes(rule);

        try (JenkinsRule.WebClient web =
                jenkins.createWebClient().withJavaScriptEnabled(false).login("reader")) {
            HtmlPage page = web.getPage(job, "freeze");
            assertThat(page.asNormalizedText()).contains("Frozen by jenkins");
            assertThat(page.getForms())
                    .noneMatch(form -> form.getActionAttribute().equals("decide"));
            for (String path : List.of("deployments/", job.getUrl() + "releases/", job.getUrl() + "1/release/")) {
                HtmlPage telling = web.goTo(path);
                assertThat(telling.asNormalizedText()).as(path).contains("Frozen by jenkins");
                assertThat(telling.getAnchors()).as(path).anyMatch(anchor -> anchor.getHrefAttribute()
                        .endsWith("/job/shop/freeze/"));
            }
            assertThat(web.getPage(job).getAnchors())
                    .noneMatch(anchor -> anchor.getHrefAttribute().endsWith("/freeze"));
            assertThat(post(web, freezePage() + QUERY + "false")).isEqualTo(403);
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            web.assertFails(freezePage() + QUERY + "false", 405);
            assertThat(post(web, freezePage() + QUERY.replace("shop", "other") + "false"))
                    .isEqualTo(404);
            assertNothingIsDecidedUnlessItIsSaid(web, freezePage());
            HtmlForm form = web.getPage(job, "freeze").getFormByName(FORM);
            form.getInputByName("reason").setValue("looked at <it>");
            HtmlPage open = jenkins.submit(form);
            assertThat(open.asNormalizedText()).contains("Deployments are taken.");
        }
        assertThat(Files.readString(directory.resolve("state/services/shop/production/freezes.jsonl")))
                .contains("\"who\":\"manager\"")
                .contains("looked at <it>");

        String token = User.getById("manager", true)
                .getProperty(ApiTokenProperty.class)
                .generateNewToken("test")
                .plainValue;
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withBasicCredentials("manager", token)) {
            web.setThrowExceptionOnFailingStatusCode(false);
            assertThat(web.getPage(request(freezePage() + QUERY + "true"))
                            .getWebResponse()
                            .getStatusCode())
                    .as("without a reason")
                    .isEqualTo(400);
            assertThat(web.getPage(request(freezePage() + QUERY + "true&reason=@/etc/hostname"))
                            .getWebResponse()
                            .getStatusCode())
                    .as("with a token and no crumb")
                    .isEqualTo(200);
        }
        WorkflowRun refused = release("1.1", "open");
        jenkins.assertBuildStatus(Result.FAILURE, refused);
        jenkins.assertLogContains("shop/production is frozen since", refused);
        jenkins.assertLogContains("by manager: @/etc/hostname", refused);
        jenkins.assertLogContains(
                "Take deployments again on " + jenkins.getURL()
                        + "deployments/history?service=shop&environment=production once",
                refused);
        jenkins.assertLogNotContains("tdeploy unfreeze", refused);
    }

    /** A job that is made anew is refused, so it never becomes one that has released there. */
    @Test
    void whereNoJobIsLeftTheFreezeIsLiftedOnThePageOfTheService(JenkinsRule rule) throws Exception {
        aRollbackFreezes(rule);
        job.delete();
        String service = "deployments/history?service=shop&environment=production";
        String decide = "deployments/" + QUERY + "false";
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("reader")) {
            for (String path : List.of("deployments/", service)) {
                HtmlPage telling = web.goTo(path);
                assertThat(telling.asNormalizedText()).as(path).contains("Frozen by jenkins");
                assertThat(telling.getAnchors()).as(path).noneMatch(anchor -> anchor.getHrefAttribute()
                        .contains("freeze"));
                assertThat(telling.getForms()).as(path).noneMatch(form -> form.getNameAttribute()
                        .equals(FORM));
            }
            assertThat(post(web, decide)).isEqualTo(403);
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("stranger")) {
            assertThat(post(web, decide)).isEqualTo(404);
        }
        job = jenkins.createProject(WorkflowJob.class, "successor");
        jenkins.assertLogContains("shop/production is frozen since", release("1.1", "open"));

        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("manager")) {
            web.assertFails(decide, 405);
            assertNothingIsDecidedUnlessItIsSaid(web, "deployments/");
            web.setThrowExceptionOnFailingStatusCode(true);
            HtmlPage told = web.goTo("deployments/");
            HtmlPage page = told.getAnchors().stream()
                    .filter(anchor -> anchor.getHrefAttribute().endsWith("/" + service + "#freeze"))
                    .findFirst()
                    .orElseThrow()
                    .click();
            HtmlForm form = page.getFormByName(FORM);
            form.getInputByName("reason").setValue("looked at it");
            HtmlPage open = jenkins.submit(form);
            assertThat(open.asNormalizedText()).doesNotContain("Frozen by").contains("Keep deployments out");
        }
        jenkins.assertBuildStatusSuccess(release("1.2", "open"));
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.2", live -> live.getVersion());
    }

    /** A parameter that is misspelt is none; what is neither yes nor no opens nothing either. */
    private void assertNothingIsDecidedUnlessItIsSaid(JenkinsRule.WebClient web, String path) throws Exception {
        web.setThrowExceptionOnFailingStatusCode(false);
        for (String said : List.of("&freeze=true", "&frozen=", "&frozen=yes", "&frozen=TRUE")) {
            WebRequest request = request(path + QUERY.replace("&frozen=", said) + "&reason=stocktaking");
            WebResponse answer = web.getPage(web.addCrumb(request)).getWebResponse();
            assertThat(answer.getStatusCode()).as(said).isEqualTo(400);
            assertThat(answer.getContentAsString())
                    .as(said)
                    .contains("parameter")
                    .contains("frozen");
        }
        assertThat(ReleaseHistory.of("shop", "production").getFreeze())
                .as("it stays as it was")
                .returns(true, freeze -> freeze.isFrozen());
    }

    private void aRollbackFreezes(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.createOnlineSlave().setLabelString("host");
        Files.createDirectories(directory.resolve("live"));
        Files.writeString(directory.resolve("live/page"), "open");
        job = jenkins.createProject(WorkflowJob.class, "shop");
        jenkins.assertBuildStatus(Result.FAILURE, release("1.0", "closed"));
        assertThat(ReleaseHistory.of("shop", "production").getFreeze()).returns(true, freeze -> freeze.isFrozen());
        secure();
    }

    private String freezePage() {
        return job.getUrl() + "freeze/";
    }

    private void secure() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("manager", "reader", "stranger")
                .grant(Item.READ)
                .everywhere()
                .to("manager", "reader")
                .grant(RollbackPermission.ROLLBACK)
                .everywhere()
                .to("reader")
                .grant(ReleasePermissions.FREEZE)
                .everywhere()
                .to("manager"));
    }

    private int post(JenkinsRule.WebClient web, String path) throws Exception {
        web.setThrowExceptionOnFailingStatusCode(false);
        return web.getPage(web.addCrumb(request(path))).getWebResponse().getStatusCode();
    }

    private WebRequest request(String path) throws Exception {
        return new WebRequest(URI.create(jenkins.getURL() + path).toURL(), HttpMethod.POST);
    }

    private WorkflowRun release(String version, String page) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node('host') { writeFile file: 'app/page', text: '" + page + "'; autoRollback(service: 'shop',"
                        + " environment: 'production', stateDirectory: '" + directory.resolve("state")
                        + "') { deploy artifact: 'app', version: '" + version + "', target: directory('"
                        + directory.resolve("live") + "'); smokeTest checks: [commandCheck(['grep', '-q', 'open', '"
                        + directory.resolve("live/page") + "'])], retries: 0 } }",
                true));
        return job.scheduleBuild2(0).get();
    }
}
