package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller that runs at the beginning, and one agent with many executors: processes of their own, for both go down. */
abstract class ControllerWithAgent {
    static final String AGENT = "host";

    @RegisterExtension
    final RealJenkinsExtension controller = new RealJenkinsExtension()
            .withTimeout(0)
            // As in production: in tests, Pipeline gives an agent 15 s to come back, which a busy machine may need.
            .javaOptions("-Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis=300000");

    @RegisterExtension
    final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    Path directory;

    private InboundAgentExtension.Options agent;

    @BeforeEach
    void theyAreUp() throws Throwable {
        agent = InboundAgentExtension.Options.newBuilder()
                .name(AGENT)
                .label(AGENT)
                .javaOptions("-Duser.home=" + Files.createDirectories(directory.resolve("home")))
                .build();
        controller.startJenkins();
        agents.createAgent(controller, agent);
        controller.runRemotely(ControllerWithAgent::manyAtOnce);
    }

    private static void manyAtOnce(JenkinsRule jenkins) throws Exception {
        DumbSlave host = (DumbSlave) jenkins.jenkins.getNode(AGENT);
        host.setNumExecutors(10);
        jenkins.jenkins.setNodes(jenkins.jenkins.getNodes());
    }

    final void agentIsBack() throws Throwable {
        agents.start(controller, agent);
    }

    final void releases(String job, String pipeline) throws Throwable {
        controller.runRemotely(ControllerWithAgent::release, job, pipeline);
    }

    private static void release(JenkinsRule jenkins, String job, String pipeline) throws Exception {
        jenkins.buildAndAssertSuccess(define(jenkins, job, pipeline));
    }

    static WorkflowRun newBuild(JenkinsRule jenkins, String job, String pipeline) throws Exception {
        return define(jenkins, job, pipeline).scheduleBuild2(0).waitForStart();
    }

    private static WorkflowJob define(JenkinsRule jenkins, String name, String pipeline) throws Exception {
        WorkflowJob known = job(jenkins, name);
        WorkflowJob job = known == null ? jenkins.createProject(WorkflowJob.class, name) : known;
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job;
    }

    static WorkflowJob job(JenkinsRule jenkins, String name) {
        return jenkins.jenkins.getItemByFullName(name, WorkflowJob.class);
    }

    static WorkflowRun last(JenkinsRule jenkins, String job) {
        return job(jenkins, job).getLastBuild();
    }

    final void awaitLog(String job, String message) throws Throwable {
        controller.runRemotely(ControllerWithAgent::awaitMessage, job, message);
    }

    private static void awaitMessage(JenkinsRule jenkins, String job, String message) throws Exception {
        jenkins.waitForMessage(message, last(jenkins, job));
    }

    static void assertLive(String service, String version) {
        assertThat(ReleaseHistory.of(service, "production").live()).get().returns(version, ReleaseSummary::getVersion);
    }
}
