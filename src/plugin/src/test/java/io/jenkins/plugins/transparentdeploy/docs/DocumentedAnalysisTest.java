package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The Jenkinsfile about analysis, run as it stands but for places, ports and how long is waited: a real server, with a real
 * Prometheus beside it. Each of its metrics alone finds the release that is bad by it.
 */
@WithJenkins
class DocumentedAnalysisTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private Checkout checkout;

    @AfterEach
    void end() {
        Shop.endAllBelow(directory);
    }

    @Test
    void eachMetricFindsWhatIsBadByIt(JenkinsRule rule) throws Exception {
        jenkins = rule;
        int port = DebianProxy.freePort();
        Path live = Files.createDirectories(directory.resolve("srv/shop"));
        Path log = Files.createFile(directory.resolve("shop.log"));
        try (DebianPrometheus prometheus = new DebianPrometheus(directory, port)) {
            checkout = Checkout.of(jenkins, "shop", directory.resolve("state"));
            String jenkinsfile = prometheus
                    .here(Page.whole("analysis.md").jenkinsfile())
                    .replace("/srv/shop", live.toString())
                    .replace("/var/log/shop.log", log.toString())
                    .replace("8081", Integer.toString(port))
                    .replace("'60s', metrics", "'5s', metrics");
            release(jenkinsfile, log, "orders open", Result.SUCCESS);
            release(jenkinsfile, log, "orders open, and more of them", Result.SUCCESS);
            for (String[] bad : new String[][] {
                {"orders refused", "orders"}, {"orders pile up", "queue"}, {"orders lost", "severe"},
            }) {
                WorkflowRun run = release(jenkinsfile, log, bad[0], Result.FAILURE);
                jenkins.assertLogContains("rolled back", run);
                assertThat(JenkinsRule.getLog(run))
                        .as(bad[0])
                        .containsPattern("rolled back .*: .*\\b" + bad[1] + "\\b");
                assertThat(live.resolve("web/index.html")).hasContent("orders open, and more of them");
                unfreeze();
            }
        }
    }

    private WorkflowRun release(String jenkinsfile, Path log, String page, Result result) throws Exception {
        TroubledShop.build(checkout.workspace().resolve("build/shop"), page, log);
        return checkout.run(jenkinsfile, result);
    }

    /** As a person does who has looked at it. */
    private void unfreeze() throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            jenkins.submit(web.goTo("job/shop/freeze/").getFormByName("freeze-shop-production"));
        }
    }
}
