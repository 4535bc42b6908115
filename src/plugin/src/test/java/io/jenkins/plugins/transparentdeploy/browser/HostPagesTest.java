package io.jenkins.plugins.transparentdeploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import jakarta.servlet.ServletException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;

/** The pages of a fleet's releases, of several branches, and empty ones, on wide and narrow screens, light and dark. */
class HostPagesTest extends AdministratorsBrowser {
    @Test
    void everyPageFitsEveryScreen() throws Exception {
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
        pages.put("service", "deployments/history?service=shop&environment=production");
        pages.put("freeze", fleet.getParent().getUrl() + "freeze/");
        String reviewed =
                ReleaseHistory.of("shop", "review-basket").live().orElseThrow().getId();
        pages.put(
                "promotion",
                branch.getParent().getUrl() + "releases/promotion?service=shop&environment=review-basket&release="
                        + reviewed);
        everyScreen(pages);
    }

    /** What is forgotten is asked for once more. */
    @Test
    void nothingIsForgottenByOneClick() throws Exception {
        Run<?, ?> build = build(jenkins.createProject(WorkflowJob.class, "shop"));
        new GeneratedRelease("shop", "review", 1).remember(build, "Released");
        new GeneratedRelease("shop", "production", 2).remember(build, "Released");
        Page page = chromium.login("admin", 1280);
        List<String> violations = chromium.underStrictPolicy(page);
        page.navigate(chromium.url("deployments/history?service=shop&environment=review"));
        Locator forget = page.locator("[name=forget] button");
        Locator dialog = page.locator("dialog[open]");
        forget.click();
        PlaywrightAssertions.assertThat(dialog).containsText("Forget shop in review?");
        Chromium.settle(page);
        chromium.picture(page, "forget");
        dialog.locator("[data-id=cancel]").click();
        PlaywrightAssertions.assertThat(dialog).hasCount(0);
        assertThat(ReleaseHistory.of("shop", "review").getCount()).isOne();

        forget.click();
        dialog.locator("[data-id=ok]").click();
        page.waitForURL("**/deployments/");
        assertThat(page.locator("#deployments").innerText())
                .contains("production")
                .doesNotContain("review");
        assertThat(violations).isEmpty();
    }

    private void everyScreen(Map<String, String> pages) throws ServletException {
        for (int width : List.of(1280, 400)) {
            Page page = chromium.login("admin", width);
            List<String> violations = chromium.underStrictPolicy(page);
            pages.forEach((name, path) -> {
                page.navigate(chromium.url(path));
                chromium.look(page, name + "-" + width);
            });
            assertThat(violations).isEmpty();
            page.close();
        }
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
