package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** The Release page of a build that releases two services at the same time. */
class SeveralReleasesPageTest extends AdministratorsBrowser {
    @Test
    void eachIsFollowedAndStoppedByItself() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "both");
        job.setDefinition(new CpsFlowDefinition(
                "parallel(shop: {" + release("shop") + "}, billing: {" + release("billing") + "})", true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Page page = chromium.login("admin", 1280);
        // In this thread: a page belongs to the thread that opened it.
        await().pollInSameThread().atMost(Duration.ofSeconds(120)).until(() -> {
            page.navigate(chromium.url(run.getUrl() + "release/"));
            return page.locator("[data-progress]").count() == 2;
        });
        for (String service : List.of("shop", "billing")) {
            assertThat(page.locator("[data-progress][data-service=" + service + "] .tdeploy-live-states"))
                    .containsText("Deploying", within(60));
        }
        chromium.lookOnEveryScreen(page, "live-several");
        page.locator(".tdeploy-steer[data-service=billing] [data-verb=abort] button")
                .click();
        page.locator("dialog[open] [data-id=ok]").click();
        assertThat(page.locator("[data-progress][data-service=billing]"))
                .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
        assertThat(page.locator("[data-progress][data-service=shop] .tdeploy-live-states"))
                .containsText("Deploying", within(60));
        Files.createFile(directory.resolve("gate"));
        jenkins.waitForCompletion(run);
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    /** Whatever serves is ready as long as the gate is open. */
    private String release(String service) throws Exception {
        Path live = Files.createDirectories(directory.resolve(service));
        return "node { writeFile file: 'app/page', text: '1.0'; autoRollback(service: '" + service
                + "', environment: 'production', stateDirectory: '" + directory.resolve("state")
                + "') { deploy artifact: 'app', version: '1.0', target: directory('" + live
                + "'), readyCheck: commandCheck(timeout: '300s', command: ['test', '-e', '" + directory.resolve("gate")
                + "']) } }";
    }
}
