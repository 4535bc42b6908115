package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the pages say is live, and where, after something else than a release that succeeded. */
@WithJenkins
class WhatServesTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        job = rule.createProject(WorkflowJob.class, "shop");
        for (String name : new String[] {"a", "b"}) {
            rule.createSlave(name, name, null);
            Files.createDirectories(directory.resolve(name + "/live"));
        }
    }

    @Test
    void aRollbackPointThatCameBackIsLive() throws Exception {
        run(
                "a",
                "release('1.0', 'open'); def point = snapshot(SHOP); release('2.0', 'slow'); rollback(SHOP + [to: point])");

        ReleaseSummary live = history().live().orElseThrow();
        assertThat(live.isRollback()).isTrue();
        assertThat(live.getVersion()).startsWith("as of ");
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage deployments = web.goTo("deployments/");
            assertThat(deployments.asNormalizedText()).contains("as of ", "Roll back to 1.0");
            assertThat(web.getPage(job, "releases").asNormalizedText()).doesNotContain("Nothing is live");
        }
    }

    @Test
    void aReleaseThatFailedOnAnotherAgentTakesTheServiceNowhere() throws Exception {
        WorkflowRun first = run("a", "release('1.0', 'open')");
        jenkins.assertLogNotContains("lives on", first);

        WorkflowRun failed = jenkins.assertBuildStatus(
                Result.FAILURE, start("b", "autoRollback { release('2.0', 'slow'); error 'it is not well' }"));
        jenkins.assertLogContains("WARNING: shop/production lives on a, where 1.0 is live", failed);
        assertThat(history().place()).get().returns("a", Place::node);
        assertThat(history().live()).get().returns("1.0", ReleaseSummary::getVersion);
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.goTo("deployments/").asNormalizedText()).contains("1.0");
        }

        run("b", "release('3.0', 'fast', [despiteFreeze: true, reason: 'it is mended'])");
        assertThat(history().place()).get().returns("b", Place::node);
    }

    private static ReleaseHistory history() {
        return ReleaseHistory.of("shop", "production");
    }

    private WorkflowRun run(String agent, String body) throws Exception {
        return jenkins.assertBuildStatusSuccess(start(agent, body));
    }

    private WorkflowRun start(String agent, String body) throws Exception {
        Path host = directory.resolve(agent);
        job.setDefinition(new CpsFlowDefinition(
                """
                import groovy.transform.Field
                @Field Map SHOP = [service: 'shop', environment: 'production', stateDirectory: '%1$s/state']
                def release(version, page, more = [:]) {
                    writeFile file: 'app/page', text: page
                    deploy(SHOP + more + [artifact: 'app', version: version, target: directory('%1$s/live')])
                }
                node('%2$s') { %3$s }
                """
                        .formatted(host, agent, body),
                true));
        return job.scheduleBuild2(0).get();
    }
}
