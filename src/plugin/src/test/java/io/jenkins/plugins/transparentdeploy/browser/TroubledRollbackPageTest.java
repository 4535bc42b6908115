package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The pages of a rollback across what cannot be taken back, of files that somebody edited; by the keyboard alone. */
@WithJenkins
class TroubledRollbackPageTest {
    /** As long as those that front ends are built into. */
    private static final String FILE =
            "web/static/assets/javascript/checkout-and-payment-with-every-dependency-5f2b1c0de4a9.js";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        chromium = Chromium.startForAdmin(jenkins);
        Files.createDirectories(directory.resolve("live"));
        job = jenkins.createProject(WorkflowJob.class, "shop");
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void isConfirmedByKeyboardAndLookedAtWhileItRuns() throws Exception {
        Path file = directory.resolve("live").resolve(FILE);
        Path gate = Files.createFile(directory.resolve("gate"));
        release("1.0", "open", "");
        release("1.1", "slow", ", hooks: hooks(beforeDeploy: [hook(name: 'drop-table', shell: 'true', oneWay: true)])");
        Files.writeString(file, "edited at night");
        Files.delete(gate);
        Page page = chromium.login("admin", 1280);
        List<String> violations = chromium.underStrictPolicy(page);

        page.navigate(chromium.url("job/shop/releases/"));
        press(page, "#main-panel a[href*='confirm?']", "Enter");
        Locator host = page.locator("[data-plan]");
        assertThat(host).containsText("Cannot be taken back", within(60));
        assertThat(host).containsText("beforeDeploy/drop-table");
        assertThat(host).containsText("Changed by somebody else");
        chromium.lookOnEveryScreen(page, "troubled");
        press(page, "[data-plan] summary", "Enter");
        press(page, "[name=acceptOneWay]", "Space");
        press(page, "[name=force]", "Space");
        press(page, "[name=reason]", "End");
        page.keyboard().type("the table is empty anyway");
        chromium.lookOnEveryScreen(page, "troubled-accepted");
        assertThat(file).as("nothing has happened yet").hasContent("edited at night");
        press(page, "[name=rollback] .jenkins-submit-button", "Enter");

        page.waitForURL(Pattern.compile(".*/rollbacks/.*"));
        assertThat(page.locator(".tdeploy-live-states")).containsText("Rolling back", within(60));
        assertThat(page.locator("#out")).not().isEmpty();
        chromium.lookOnEveryScreen(page, "rolling-back");
        Files.createFile(gate);
        assertThat(page.locator(".jenkins-alert-success")).containsText("1.0", within(120));
        assertThat(page.locator("#main-panel")).containsText("the table is empty anyway");
        assertThat(file).hasContent("open");
        chromium.lookOnEveryScreen(page, "troubled-rolled-back");
        assertThat(violations).isEmpty();
    }

    /** Moves on until something is reached, and presses a key there. */
    private static void press(Page page, String selector, String key) {
        for (int presses = 0; presses < 60; presses++) {
            page.keyboard().press("Tab");
            if (Boolean.TRUE.equals(page.evaluate("selector => document.activeElement.matches(selector)", selector))) {
                page.keyboard().press(key);
                return;
            }
        }
        throw new AssertionError(selector + " cannot be reached with the keyboard on " + page.url());
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    /** Whatever serves is ready as long as the gate is open. */
    private void release(String version, String content, String more) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/" + FILE + "', text: '" + content
                        + "'; deploy service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "', artifact: 'app', version: '" + version
                        + "', target: directory('" + directory.resolve("live")
                        + "'), readyCheck: commandCheck(timeout: '120s', command: ['test', '-e', '"
                        + directory.resolve("gate") + "'])" + more + " }",
                true));
        jenkins.buildAndAssertSuccess(job);
    }
}
