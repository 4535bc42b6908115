package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import hudson.model.Item;
import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The page before the click, when what the host would do cannot be had: it says so, and the way back stays open. */
@WithJenkins
class SilentHostPageTest {
    private static final String UNKNOWN = "What exactly would change on the host is not known now";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private Chromium chromium;
    private OnePage shop;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        chromium = Chromium.start(jenkins);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        allow("rita");
        shop = new OnePage(directory);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        for (String version : List.of("1.0", "1.1")) {
            job.setDefinition(new CpsFlowDefinition("node { " + shop.release(version, version) + " }", true));
            jenkins.buildAndAssertSuccess(job);
        }
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void whatJenkinsAnswersInsteadIsShown() throws Exception {
        Page page = chromium.login("rita", 1280);
        List<String> violations = chromium.underStrictPolicy(page);
        confirm(page, route -> {
            allow("nobody");
            route.resume();
        });
        saysWhy(page, "Jenkins answered with status 403");
        chromium.lookOnEveryScreen(page, "preview-refused");
        allow("rita");
        confirm(page, route -> route.fulfill(new Route.FulfillOptions().setStatus(500)));
        saysWhy(page, "Jenkins answered with status 500");
        confirm(
                page,
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(302)
                        .setHeaders(Map.of("Location", chromium.url("login")))));
        saysWhy(page, "you may have to log in");
        confirm(page, Route::abort);
        saysWhy(page, "Jenkins could not be reached");
        assertThat(violations).isEmpty();
    }

    @Test
    void aHostThatDoesNotAnswerIsNotWaitedForAndTheWayBackStaysOpen() throws Exception {
        Page page = chromium.login("rita", 1280);
        page.clock().install();
        confirm(page, route -> {});
        Locator note = page.locator(".tdeploy-unanswered");
        Locator rollBack = page.locator("[name=rollback] .jenkins-submit-button");
        assertThat(note).isVisible();
        assertThat(rollBack).isEnabled();
        assertThat(rollBack).hasAccessibleDescription(Pattern.compile("The host has not answered yet.*"));
        chromium.lookOnEveryScreen(page, "preview-asking");

        page.clock().fastForward("01:00");
        saysWhy(page, "There was no answer within a minute");
        assertThat(rollBack).hasAccessibleDescription("");
        chromium.lookOnEveryScreen(page, "preview-unknown");
        rollBack.click();
        assertThat(page.locator(".jenkins-alert-success"))
                .containsText("1.0", new LocatorAssertions.ContainsTextOptions().setTimeout(120_000));
        assertThat(shop.page()).hasContent("1.0");
    }

    @Test
    void theNoteGoesWhenTheHostHasAnswered() {
        Page page = chromium.login("rita", 1280);
        confirm(page, Route::resume);
        assertThat(page.locator("[data-plan]"))
                .containsText("1 file changes", new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
        assertThat(page.locator(".tdeploy-unanswered")).isHidden();
    }

    /** @param fate of what the page asks */
    private void confirm(Page page, Consumer<Route> fate) {
        page.unrouteAll();
        page.route("**/plan", fate);
        page.navigate(chromium.url("job/shop/releases/confirm?service=shop&environment=production&to=previous"));
    }

    private static void saysWhy(Page page, String why) {
        assertThat(page.locator("[data-plan]")).containsText(UNKNOWN);
        assertThat(page.locator("[data-plan]")).containsText(why);
        assertThat(page.locator(".tdeploy-unanswered")).isHidden();
    }

    private void allow(String user) {
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("rita")
                .grant(RollbackPermission.ROLLBACK)
                .everywhere()
                .to(user));
    }
}
