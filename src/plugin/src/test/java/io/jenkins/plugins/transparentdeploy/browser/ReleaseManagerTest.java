package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import hudson.model.Item;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** What a release manager does, in a real browser: looks what is live, sees what a rollback would do, and rolls back. */
@WithJenkins
class ReleaseManagerTest {
    private static final String HOSTILE =
            "\"><img src=x onerror=window.hacked=1><script>window.hacked=1</script>${7*7}";

    private static final String SERVICE = "deployments/history?service=shop&environment=production";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        chromium = Chromium.start(jenkins);
        Files.createDirectories(live());
        job = jenkins.createProject(WorkflowJob.class, "shop");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("rita", "reader")
                .grant(RollbackPermission.ROLLBACK, ReleasePermissions.FREEZE)
                .everywhere()
                .to("rita"));
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void looksWhatIsLiveSeesWhatARollbackWouldDoAndRollsBack() throws Exception {
        release("1.0", "orders open");
        release("1.1", "orders slow");
        Page page = chromium.login("rita", 1280);
        List<String> violations = chromium.underStrictPolicy(page);

        page.navigate(chromium.url("deployments/"));
        assertThat(page.locator("#deployments tbody tr"))
                .hasText(Pattern.compile("shop.*production.*1\\.1.*Passed its checks.*", Pattern.DOTALL));
        chromium.look(page, "deployments");
        link(page, "shop").last().click();
        assertThat(page.locator(".tdeploy-version")).hasText("1.1");

        link(page, "Roll back to 1.0").first().click();
        assertThat(page.locator("h1")).hasText("Roll back shop in production?");
        Locator host = page.locator("[data-plan]");
        assertThat(host).containsText("1 file changes", within(60));
        host.locator("summary").click();
        assertThat(host).containsText("page");
        assertThat(live().resolve("page")).as("nothing has happened yet").hasContent("orders slow");
        page.locator("input[name=reason]").fill("orders are <b>slow</b>");
        chromium.look(page, "rollback");
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Roll back").setExact(true))
                .click();

        page.waitForURL(Pattern.compile(".*/rollbacks/.*"));
        assertThat(page.locator(".jenkins-alert-success")).containsText("1.0", within(120));
        assertThat(page.locator("#main-panel")).containsText("orders are <b>slow</b>");
        assertThat(live().resolve("page")).hasContent("orders open");
        chromium.look(page, "rolled-back");

        page.navigate(chromium.url("job/shop/releases/"));
        assertThat(page.locator(".tdeploy-live").first()).containsText("Brought back");
        assertThat(page.locator("table").first()).containsText("Rolled back by hand");
        assertThat(page.locator(".tdeploy-audit tbody tr")).containsText("orders are <b>slow</b>");
        assertThat(link(page, "Go forward to this")).hasCount(1);
        chromium.look(page, "releases");
        page.navigate(chromium.url(SERVICE + "#freeze"));
        assertThat(button(page, "Take deployments again")).isVisible();
        chromium.look(page, "service");
        page.navigate(chromium.url("deployments/audit?service=shop&environment=production"));
        chromium.look(page, "audit");
        assertThat(violations).isEmpty();
        narrow();
    }

    @Test
    void seesHowFarAReleaseIsWhileItRunsPausesPromotesAndStopsIt() throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(startRolling("1.0", "orders open", "0s")));
        WorkflowRun run = startRolling("1.1", "orders slow", "10m");
        Page page = chromium.login("rita", 1280);
        List<String> violations = chromium.underStrictPolicy(page);
        // In this thread: a page belongs to the thread that opened it.
        await().pollInSameThread().atMost(Duration.ofSeconds(120)).until(() -> page.navigate(
                        chromium.url(run.getUrl() + "release/"))
                .ok());
        Locator states = page.locator(".tdeploy-live-states");
        assertThat(states).containsText("Deploying", new LocatorAssertions.ContainsTextOptions().setTimeout(120_000));
        assertThat(page.locator(".tdeploy-live-run")).not().containsText("Waiting for the agent to connect", hidden());
        pausesAndGoesOn(page);
        stopsItWhenAskedOnceMore(page);
        assertThat(page.locator(".tdeploy-standing").first())
                .hasText("Rolled back by itself", new LocatorAssertions.HasTextOptions().setTimeout(120_000));
        assertThat(page.locator("#main-panel")).containsText("What went wrong");
        jenkins.waitForCompletion(run);
        for (String instance : List.of("a", "b")) {
            assertThat(live().resolve(instance).resolve("page")).hasContent("orders open");
        }
        chromium.look(page, "release");
        assertThat(violations).isEmpty();
    }

    /** One click too many stops nothing, and leaves the keyboard where it was. */
    private void stopsItWhenAskedOnceMore(Page page) {
        Locator stop = button(page, "Stop and roll back").first();
        Locator dialog = page.locator("dialog[open]");
        page.setViewportSize(Chromium.NARROW, 800);
        stop.click();
        assertThat(dialog).containsText("Stop what goes on with shop in production?");
        assertThat(dialog).containsText("what was there before comes back");
        Chromium.settle(page);
        BoundingBox box = dialog.boundingBox();
        assertThat(box.x).isNotNegative();
        assertThat(box.x + box.width).isLessThanOrEqualTo(Chromium.NARROW);
        chromium.picture(page, "stop-narrow");
        page.keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
        assertThat(stop).isFocused();
        page.setViewportSize(1280, 800);
        page.keyboard().press("Enter");
        chromium.picture(page, "stop");
        dialog.locator("[data-id=cancel]").click();
        assertThat(dialog).hasCount(0);
        assertThat(page.locator(".tdeploy-live-states")).not().containsText("Rolling back");
        stop.click();
        dialog.locator("[data-id=ok]").click();
    }

    /** On the first of two instances, with ten minutes to wait before the second, which does not get ready. */
    private void pausesAndGoesOn(Page page) {
        Locator last = page.locator(".tdeploy-live-last");
        assertThat(button(page, "Do not wait: next step")).isVisible(visibleWithin(60));
        assertThat(button(page, "Resume")).isHidden();
        chromium.lookOnEveryScreen(page, "live");
        button(page, "Pause").click();
        assertThat(last).containsText("paused by rita", within(60));
        assertThat(button(page, "Pause")).isHidden();
        button(page, "Resume").click();
        assertThat(last).containsText("resumed by rita", within(60));
        assertThat(live().resolve("b/page")).hasContent("orders open");
        button(page, "Do not wait: next step").click();
        await().pollInSameThread()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(live().resolve("b/page")).hasContent("orders slow"));
    }

    /** Two instances, one after the other; the second is never ready with a slow page. */
    private WorkflowRun startRolling(String version, String content, String pause) throws Exception {
        for (String instance : List.of("a", "b")) {
            Files.createDirectories(live().resolve(instance));
        }
        String serviceFile =
                """
                service: shop
                environments:
                  production:
                    target: {directory: "%s/{instance}"}
                    instances: {a: {}, b: {}}
                    strategy: {rolling: {batch: 1, pause: %s}}
                    ready:
                      command: [sh, -c, "test {instance} = a || grep -q open {directory}/page"]
                      timeout: 5m
                """
                        .formatted(live(), pause);
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + content
                        + "'; writeFile file: 'transparent-deploy.yaml', text: '''" + serviceFile
                        + "'''; autoRollback(service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "') { deploy artifact: 'app', version: '" + version + "' } }",
                true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName(name).setExact(true).setIncludeHidden(true));
    }

    private static LocatorAssertions.IsVisibleOptions visibleWithin(int seconds) {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(seconds * 1000.0);
    }

    @Test
    void whoMayNotRollBackIsNotOfferedItAndHostileTextsAreTexts() throws Exception {
        GeneratedRelease first = new GeneratedRelease("shop", "production", 1)
                .with("version", HOSTILE)
                .with("commit", HOSTILE)
                .remember(build());
        new GeneratedRelease("shop", "production", 2)
                .with("version", "2 " + HOSTILE)
                .with("reason", HOSTILE)
                .remember(build());
        Page reader = chromium.login("reader", 1280);
        reader.navigate(chromium.url("job/shop/releases/"));
        assertThat(reader.locator(".tdeploy-version")).hasText("2 " + HOSTILE);
        assertThat(reader.locator("a[href*=confirm]")).hasCount(0);
        Response forbidden = reader.navigate(
                chromium.url("job/shop/releases/confirm?service=shop&environment=production&to=previous"));
        assertThat(forbidden.status()).isEqualTo(403);

        Page page = chromium.login("rita", 1280);
        List<String> violations = chromium.underStrictPolicy(page);
        for (String path : List.of(
                "deployments/",
                SERVICE,
                "job/shop/releases/",
                "job/shop/releases/confirm?service=shop&environment=production&to=" + first.id())) {
            page.navigate(chromium.url(path));
            assertThat(page.locator("#main-panel")).containsText(HOSTILE);
            assertThat(page.evaluate("window.hacked")).as(path).isNull();
        }
        assertThat(page.locator("[data-plan]")).containsText("has no record of this service", within(60));
        assertThat(page.locator("[data-plan]")).containsText("Bring back " + HOSTILE);
        assertThat(page.evaluate("window.hacked")).isNull();
        chromium.lookOnEveryScreen(page, "take-over");
        assertThat(violations).isEmpty();
    }

    private WorkflowRun build() throws Exception {
        job.setDefinition(new CpsFlowDefinition("echo 'released'", true));
        return jenkins.buildAndAssertSuccess(job);
    }

    private void narrow() {
        Page narrow = chromium.login("rita", 400);
        for (String path : List.of(
                "deployments/",
                "job/shop/releases/",
                "job/shop/2/release/",
                SERVICE + "#freeze",
                "deployments/audit?service=shop&environment=production",
                "job/shop/releases/confirm?service=shop&environment=production&to=previous")) {
            narrow.navigate(chromium.url(path));
            chromium.look(narrow, "narrow-" + path.replaceAll("[^a-z0-9]+", "-"));
            assertThat(narrow.locator("h1")).hasCount(1);
        }
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    private static LocatorAssertions.ContainsTextOptions hidden() {
        return new LocatorAssertions.ContainsTextOptions().setUseInnerText(true);
    }

    private static Locator link(Page page, String text) {
        return page.locator("#main-panel")
                .getByRole(
                        AriaRole.LINK,
                        new Locator.GetByRoleOptions().setName(text).setExact(true));
    }

    private Path live() {
        return directory.resolve("live");
    }

    private void release(String version, String content) throws Exception {
        WorkflowRun run = start(version, content, "commandCheck(command: ['true'])");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns(version, live -> live.getVersion());
    }

    private WorkflowRun start(String version, String content, String readyCheck) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + content + "'; autoRollback(service: 'shop', environment:"
                        + " 'production', stateDirectory: '" + directory.resolve("state")
                        + "') { deploy artifact: 'app', version: '" + version + "', target: directory('" + live()
                        + "'), readyCheck: " + readyCheck
                        + "; smokeTest checks: [commandCheck(command: ['grep', 'orders', '" + live()
                        + "/page'], name: 'orders')], retries: 0 } }",
                true));
        return job.scheduleBuild2(0).waitForStart();
    }
}
