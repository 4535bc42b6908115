package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.configuration.ConfiguredEnvironment;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a Release page shows when it is over, to whom, and that all of what it shows are texts. */
@WithJenkins
class ReleasePageTest {
    /** A name that a file can have, and a version, a commit, and a line of output. */
    private static final String HOSTILE = "\"><img src=x onerror=window.hacked=1>";

    private static final List<String> REPORT =
            List.of("analyse", "indicators", "evaluate", "compare", "optimise", "test", "verify", "monitor");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        chromium = Chromium.start(jenkins);
        Files.createDirectories(directory.resolve("live"));
        job = jenkins.createProject(WorkflowJob.class, "shop");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("rita", "reader")
                .grant(RollbackPermission.ROLLBACK, Run.ARTIFACTS)
                .everywhere()
                .to("rita")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void showsChartsEvidenceOperationsAndRecordsAndAllOfItIsText() throws Exception {
        WorkflowRun good = release(Result.SUCCESS, "good", "true");
        WorkflowRun bad = release(Result.FAILURE, "bad", "false");
        Page page = chromium.login("rita", 1280);
        List<String> violations = chromium.underStrictPolicy(page);

        page.navigate(chromium.url(good.getUrl() + "release/"));
        assertThat(page.locator(".tdeploy-version")).hasText("good " + HOSTILE);
        assertThat(page.locator(".tdeploy-chart canvas")).hasCount(1);
        assertThat(page.locator(".tdeploy-chart")).hasAttribute("aria-label", Pattern.compile("orders: \\d+, .*"));
        assertThat(page.locator("#main-panel")).containsText("Quality 100 %");
        assertThat(page.locator(".tdeploy-evidence")).containsText("Passed");
        assertThat(page.locator(".tdeploy-report strong")).hasText(REPORT.toArray(String[]::new));
        for (String step : REPORT) {
            jenkins.assertLogContains(step + ": ", good);
        }
        for (String record : List.of("release.json", "journal.jsonl", "samples.jsonl", "smoke-tests.xml")) {
            assertThat(page.locator("a[href$='/" + record + "']")).hasCount(1);
        }
        assertThat(page.context()
                        .request()
                        .get(chromium.url(good.getUrl() + "artifact/release/"
                                + page.locator("dd code").last().textContent() + "/journal.jsonl"))
                        .text())
                .contains("\"kind\":\"intent\"");
        page.locator("a[href^=operations]").click();
        assertThat(page.locator("#main-panel")).containsText("created");
        assertThat(page.locator("#main-panel")).containsText(HOSTILE);
        isNotHacked(page);

        page.navigate(chromium.url(bad.getUrl() + "release/"));
        assertThat(page.locator(".tdeploy-standing").first()).hasText("Rolled back by itself");
        assertThat(page.locator("#main-panel")).containsText("What went wrong");
        assertThat(page.locator(".tdeploy-evidence")).containsText("Failed");
        page.locator(".tdeploy-evidence summary").first().click();
        assertThat(page.locator(".tdeploy-evidence pre").last()).containsText(HOSTILE);
        assertThat(page.locator("#main-panel")).containsText("commit " + HOSTILE);
        isNotHacked(page);
        assertThat(violations).isEmpty();

        for (String path : List.of(job.getUrl(), bad.getUrl(), job.getUrl() + "freeze/")) {
            page.navigate(chromium.url(path));
            page.waitForLoadState();
            isNotHacked(page);
        }
    }

    @Test
    void recordsAreForThoseWhoMayHaveArtifacts() throws Exception {
        WorkflowRun run = release(Result.SUCCESS, "good", "true");
        Run.ARTIFACTS.setEnabled(true);
        System.setProperty("hudson.security.ArtifactsPermission", "true");
        try {
            Page reader = chromium.login("reader", 1280);
            reader.navigate(chromium.url(run.getUrl() + "release/"));
            assertThat(reader.locator(".tdeploy-version")).hasText("good " + HOSTILE);
            assertThat(reader.locator("a[href*='artifact/release']")).hasCount(0);
            assertThat(reader.locator("[data-samples], a[href^=operations]")).hasCount(0);
            Page rita = chromium.login("rita", 1280);
            rita.navigate(chromium.url(run.getUrl() + "release/"));
            assertThat(rita.locator("a[href$='journal.jsonl']")).hasCount(1);
        } finally {
            System.clearProperty("hudson.security.ArtifactsPermission");
            Run.ARTIFACTS.setEnabled(false);
        }
    }

    @Test
    void emptyPagesTeachAndTheConfigurationHasLabelsAndFitsANarrowScreen() throws Exception {
        ConfiguredEnvironment production = new ConfiguredEnvironment("shop", "production");
        production.setJobs(List.of("shop", "ops"));
        TransparentDeployConfiguration.get().setEnvironments(List.of(production));
        Page page = chromium.login("admin", 400);
        page.navigate(chromium.url("deployments/"));
        assertThat(page.locator("#main-panel")).containsText("Nothing has been released yet");
        assertThat(page.locator("pre")).containsText("autoRollback(service: 'shop'");
        chromium.look(page, "empty");
        page.navigate(chromium.url("manage/configure"));
        assertThat(page.locator("textarea[name='_.jobs']")).hasValue("shop\nops");
        assertThat(page.evaluate("[...document.querySelectorAll('[name=\"environments\"] input:not([type=hidden]),"
                        + " [name=\"environments\"] textarea')].filter(one => one.offsetParent"
                        + " && !one.closest('.jenkins-form-item')).map(one => one.outerHTML)"))
                .as("fields without a label")
                .isEqualTo(List.of());
    }

    private static void isNotHacked(Page page) {
        assertThat(page.evaluate("window.hacked")).as(page.url()).isNull();
    }

    /** A file, a version, a commit and the answer of a check that would like to be scripts. */
    private WorkflowRun release(Result result, String version, String outcome) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                """
                node {
                  writeFile file: 'app/page', text: '%s'
                  writeFile file: 'app/%s', text: 'x'
                  autoRollback(service: 'shop', environment: 'production', stateDirectory: '%s', analysis: analysis(
                      window: '2s', interval: '200ms', metrics: [checkMetric(check: commandCheck(name: 'orders', command: ['true']))])) {
                    deploy artifact: 'app', version: '%s', commit: 'commit %s', target: directory('%s')
                    smokeTest retries: 0, checks: [commandCheck(name: 'answer', command: ['sh', '-c', '''echo '%s'; %s'''])]
                  }
                }
                """
                        .formatted(
                                version,
                                HOSTILE,
                                directory.resolve("state"),
                                version + " " + HOSTILE,
                                HOSTILE,
                                directory.resolve("live"),
                                HOSTILE,
                                outcome),
                true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }
}
