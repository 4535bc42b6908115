package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
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

/** Somebody looks on while a build asks what it has released, and nothing is done on the host meanwhile. */
class HeldReleasePageTest extends AdministratorsBrowser {
    private static final double LONG = 120_000;

    @Test
    void thePageShowsWhatComesNextByItself() throws Exception {
        Files.createDirectories(directory.resolve("live"));
        Path gate = directory.resolve("gate");
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(
                """
                node {
                    writeFile file: 'app/page', text: '1.0'
                    autoRollback(service: 'shop', environment: 'production', stateDirectory: '%1$s/state') {
                        deploy artifact: 'app', version: '1.0', target: directory('%1$s/live')
                        sh "while ! test -e '%2$s'; do sleep 1; done"
                        error 'it is not well'
                    }
                }
                """
                        .formatted(directory, gate),
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Page page = chromium.login("admin", 1280);
        List<String> violations = chromium.underStrictPolicy(page);
        // In this thread: a page belongs to the thread that opened it.
        await().pollInSameThread().atMost(Duration.ofMillis((long) LONG)).until(() -> {
            page.navigate(chromium.url(run.getUrl() + "release/"));
            return page.locator("[data-awaiting]").count() == 1;
        });
        assertThat(page.locator("[data-awaiting]")).containsText("This page shows what comes next");
        chromium.lookOnEveryScreen(page, "held");

        Files.createFile(gate);
        assertThat(page.locator(".tdeploy-standing").first())
                .hasText("Rolled back by itself", new LocatorAssertions.HasTextOptions().setTimeout(LONG));
        assertThat(page.locator("[data-awaiting]")).hasCount(0);
        jenkins.waitForCompletion(run);
        assertThat(violations).isEmpty();
    }
}
