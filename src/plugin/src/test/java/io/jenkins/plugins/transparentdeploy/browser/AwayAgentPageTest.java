package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import hudson.slaves.DumbSlave;
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

/** The page of a rollback whose agent goes and comes: it says so, and offers what can be done about it, as it is. */
@WithJenkins
class AwayAgentPageTest {
    private static final String WAITING = "It goes on by itself as soon as the agent does.";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private DumbSlave host;
    private WorkflowJob job;
    private Path gate;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        chromium = Chromium.startForAdmin(jenkins);
        host = jenkins.createOnlineSlave();
        host.setLabelString("host");
        Files.createDirectories(directory.resolve("live"));
        gate = Files.createFile(directory.resolve("gate"));
        job = jenkins.createProject(WorkflowJob.class, "shop");
        release("1.0");
        release("1.1");
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void givingUpIsOfferedAsLongAsTheAgentIsAway() throws Exception {
        Files.delete(gate);
        Page page = chromium.login("admin", 1280);
        List<String> violations = chromium.underStrictPolicy(page);
        rollBack(page);
        assertThat(page.locator(".tdeploy-live-states")).containsText("Rolling back", within(60));
        assertThat(giveUp(page)).isHidden();
        assertThat(page.getByText(WAITING)).isHidden();
        page.evaluate("window.drawnOnce = true");

        host.toComputer().disconnect(null).get();
        assertThat(giveUp(page)).isVisible(visibleWithin(60));
        assertThat(page.getByText(WAITING)).isVisible();
        assertThat(page.getByText("Rolling back. You may leave this page")).isHidden();
        chromium.lookOnEveryScreen(page, "agent-away");

        host.toComputer().connect(true).get();
        assertThat(giveUp(page)).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(60_000));
        assertThat(page.getByText(WAITING)).isHidden();
        assertThat(page.getByText("Rolling back. You may leave this page")).isVisible();
        assertThat(page.evaluate("window.drawnOnce"))
                .as("the page was not loaded again")
                .isEqualTo(true);
        Files.createFile(gate);
        assertThat(page.locator(".jenkins-alert-success")).containsText("1.0", within(120));
        assertThat(directory.resolve("live/page")).hasContent("1.0");
        assertThat(violations).isEmpty();
    }

    /** The agent is away before the click: the page opens before anybody has noticed. */
    @Test
    void whatNeverBeganIsGivenUp() throws Exception {
        host.toComputer().disconnect(null).get();
        Page page = chromium.login("admin", 1280);
        rollBack(page);
        giveUp(page).click();
        assertThat(page.locator(".jenkins-alert-danger"))
                .containsText("Given up by admin: the agent did not come back", within(60));
        assertThat(directory.resolve("live/page")).hasContent("1.1");
    }

    private void rollBack(Page page) {
        page.navigate(chromium.url("job/shop/releases/confirm?service=shop&environment=production&to=previous"));
        page.locator("[name=rollback] .jenkins-submit-button").click();
        page.waitForURL(Pattern.compile(".*/rollbacks/.*"));
    }

    private static Locator giveUp(Page page) {
        return page.locator("[name=giveUp] button");
    }

    private static LocatorAssertions.IsVisibleOptions visibleWithin(int seconds) {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(seconds * 1000.0);
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    /** Whatever serves is ready as long as the gate is open. */
    private void release(String version) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node('host') { writeFile file: 'app/page', text: '" + version
                        + "'; deploy service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "', artifact: 'app', version: '" + version
                        + "', target: directory('" + directory.resolve("live")
                        + "'), readyCheck: commandCheck(timeout: '300s', command: ['test', '-e', '" + gate + "']) }",
                true));
        jenkins.buildAndAssertSuccess(job);
    }
}
