package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SelectOption;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The pages of a fleet's releases, of several branches, and empty ones, on wide and narrow screens, light and dark. */
@WithJenkins
class HostPagesTest {
    private JenkinsRule jenkins;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
        chromium = Chromium.start(jenkins.jenkins.getRootUrl());
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
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
    void everyPageFitsEveryScreen() throws Exception {
        WorkflowJob empty = jenkins.createProject(WorkflowJob.class, "empty");
        everyScreen(Map.of("empty", "deployments/"));
        Folder shop = jenkins.createProject(Folder.class, "shop");
        Run<?, ?> fleet = build(shop.createProject(WorkflowJob.class, "main"));
        Run<?, ?> branch = build(shop.createProject(WorkflowJob.class, "feature-basket"));
        new GeneratedRelease("shop", "production", 1).remember(fleet, "Released");
        fleet(new GeneratedRelease("shop", "production", 2)).remember(fleet, "18 of 20 instances have it");
        new GeneratedRelease("shop", "review-basket", 3).remember(branch, "Released");
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("release", fleet.getUrl() + "release/");
        pages.put("branches", shop.getUrl() + "releases/");
        pages.put("releases", fleet.getParent().getUrl() + "releases/");
        pages.put("deployments", "deployments/");
        pages.put("snippets", empty.getUrl() + "pipeline-syntax/");
        everyScreen(pages);
    }

    private void everyScreen(Map<String, String> pages) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, 400)) {
                Page page = chromium.login("admin", scheme, width);
                pages.forEach((name, path) -> {
                    page.navigate(chromium.url(path));
                    if (name.equals("snippets")) {
                        fillIn(page);
                    }
                    chromium.picture(page, name + "-" + scheme.name().toLowerCase() + "-" + width);
                    assertThat(page.evaluate(
                                    "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                            .as(name + " fits into " + width + " pixels")
                            .isEqualTo(true);
                });
            }
        }
    }

    /** The form of a step that deploys to hosts. */
    private static void fillIn(Page page) {
        page.locator("select.dropdownList")
                .first()
                .selectOption(new SelectOption().setLabel("deploy: Deploy a release that users do not notice"));
        Locator advanced = page.locator("#main-panel .advanced-button, #main-panel .advancedButton");
        advanced.locator("visible=true").first().click();
        for (String part : List.of("ssh", "fleet")) {
            page.locator("#main-panel input[name='_." + part + "'][type=checkbox]")
                    .first()
                    .evaluate("box => box.click()");
        }
        assertThat(page.locator("select[name='_.credentialsId']").first()).isVisible();
        page.locator("textarea[name='_.hosts']").first().scrollIntoViewIfNeeded();
    }

    private Run<?, ?> build(WorkflowJob job) throws Exception {
        job.setDefinition(new CpsFlowDefinition("", true));
        return jenkins.buildAndAssertSuccess(job);
    }

    /** Twenty servers, two of which do not have it, and a playbook that ran on three. */
    private static GeneratedRelease fleet(GeneratedRelease release) {
        for (int number = 1; number <= 20; number++) {
            release.on(
                    "web" + number,
                    "web" + number + ".shop.example.org",
                    number == 7 ? "does not answer: connection refused" : number == 12 ? "its disk is full" : null);
        }
        ObjectNode run = release.release()
                .putArray("playbookRuns")
                .addObject()
                .put("instance", "a")
                .put("playbook", "ansible/deploy.yml")
                .put("version", "1.2")
                .put("back", false);
        ArrayNode hosts = run.putArray("hosts");
        for (int number = 1; number <= 3; number++) {
            hosts.addObject()
                    .put("host", "web" + number + ".shop.example.org")
                    .put("ok", 7)
                    .put("changed", 2)
                    .put("failed", number == 3 ? 1 : 0)
                    .put("unreachable", 0);
        }
        return release;
    }
}
