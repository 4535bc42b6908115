package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The connection to the agent is cut amid a rollback, and somebody does not wait for it. */
@WithJenkins
class GivenUpRollbackTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private OnePage shop;

    /** The host finishes it, and the pages are to say so. */
    @Test
    void whatCameOfItIsKnownWhenTheAgentIsBack(JenkinsRule rule) throws Exception {
        jenkins = rule;
        DumbSlave host = rule.createOnlineSlave();
        host.setLabelString("host");
        job = rule.createProject(WorkflowJob.class, "shop");
        shop = new OnePage(directory);
        Path gate = Files.createFile(directory.resolve("gate"));
        release("1.0");
        release("1.1");
        Files.delete(gate);

        post(job.getUrl() + "releases/rollback?service=shop&environment=production&to=previous");
        Rollback rollback = Rollbacks.get().of("shop", "production").get(0);
        await().atMost(LONG).until(() -> Files.readString(shop.page()).equals("1.0"));
        host.toComputer().disconnect(new OfflineCause.ByCLI("cut")).get();
        await().atMost(LONG).until(rollback::isWaitingForAgent);
        post(rollback.getUrl() + "giveUp");
        assertThat(rollback.getOutcome()).isEqualTo(Outcome.ERROR);
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.1", ReleaseSummary::getVersion);

        Files.createFile(gate);
        host.toComputer().connect(true).get();
        await().atMost(LONG).until(() -> rollback.getOutcome() == Outcome.RESTORED);
        assertThat(rollback.getMessage()).contains("Given up by", "It is back, and has finished it", "1.0");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", ReleaseSummary::getVersion);
        assertThat(ReleaseHistory.of("shop", "production").getFreeze()).isNotNull();
        assertThat(Rollbacks.get().unheard()).isEmpty();
    }

    private void post(String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            Click.on(web, path);
        }
    }

    private void release(String version) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node('host') { " + shop.release(version, version) + ", readyCheck:"
                        + " commandCheck(command: ['test', '-e', '" + directory.resolve("gate")
                        + "'], timeout: '120s') }",
                true));
        jenkins.buildAndAssertSuccess(job);
    }
}
