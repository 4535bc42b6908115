package io.jenkins.plugins.transparentdeploy.steps;

import hudson.model.Result;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** With the Deploy to container plugin installed as well, each gets the calls that are meant for it. */
@WithJenkins
class DeployToContainerTest {
    private static final String CALL =
            "deploy adapters: [tomcat9(credentialsId: '', path: '', url: 'http://127.0.0.1:1/')], contextPath: 'shop', war: 'none/*.war'";

    @Test
    void scriptedCallReachesIt(JenkinsRule jenkins) throws Exception {
        assertReached(jenkins, run(jenkins, "node { " + CALL + " }"));
    }

    @Test
    void declarativeCallReachesIt(JenkinsRule jenkins) throws Exception {
        assertReached(
                jenkins, run(jenkins, "pipeline { agent any; stages { stage('s') { steps { " + CALL + " } } } }"));
    }

    @Test
    void otherCallsReachThisPlugin(JenkinsRule jenkins) throws Exception {
        WorkflowRun run = run(jenkins, "node { deploy version: '1' }");
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("deploy does not know what to release", run);
    }

    private static WorkflowRun run(JenkinsRule jenkins, String pipeline) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job.scheduleBuild2(0).get();
    }

    /** It finds no war file, which it says and which is a failure in its eyes: a call that got there. */
    private static void assertReached(JenkinsRule jenkins, WorkflowRun run) throws Exception {
        jenkins.assertLogContains("[DeployPublisher]", run);
        jenkins.assertLogNotContains("deploy does not know", run);
    }
}
