package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A Jenkinsfile overrides a service file in {@code deploy}, and its smoke test asks what came of both. */
@WithJenkins
class HeldReleaseTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.createSlave("host", "host", null);
        Files.createDirectories(directory.resolve("of the file"));
        Files.createDirectories(directory.resolve("of the step"));
    }

    @Test
    void theSmokeTestAsksTheReleaseAsItWasDeployed() throws Exception {
        WorkflowRun run = run("smokeTest()");
        jenkins.assertBuildStatus(Result.SUCCESS, run);
        assertThat(directory.resolve("of the step/page")).hasContent("open");
    }

    @Test
    void aFileThatTheStepNamesIsUsed() throws Exception {
        WorkflowRun run = run("smokeTest file: 'transparent-deploy.yaml'");
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("the page is there", run);
    }

    private WorkflowRun run(String smokeTest) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(
                """
                node('host') {
                    writeFile file: 'transparent-deploy.yaml', text: '''
                service: shop
                environments:
                  production:
                    target: {directory: "%1$s/of the file"}
                    smokeTest:
                      retries: 0
                      checks:
                        - name: the page is there
                          command: [test, -s, "{directory}/page"]
                '''
                    writeFile file: 'app/page', text: 'open'
                    autoRollback(environment: 'production', stateDirectory: '%1$s/state') {
                        deploy artifact: 'app', version: '1.0', target: directory('%1$s/of the step')
                        %2$s
                    }
                }
                """
                        .formatted(directory, smokeTest),
                true));
        return job.scheduleBuild2(0).get();
    }
}
