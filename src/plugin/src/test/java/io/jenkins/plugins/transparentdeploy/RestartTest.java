package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.RestartListener;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.rollback.ReleasesAction;
import io.jenkins.plugins.transparentdeploy.rollback.Rollback;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * The controller goes down, and the agent's connection breaks, in the middle of a deployment and of a rollback: the
 * detached process finishes, and the build shows it. An instance is ready when a file says so, which holds the process
 * where it is meant to be; the smoke test takes the file away when it finds a bad release, which holds the rollback.
 */
class RestartTest {
    private static final String AGENT = "host";

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension().withTimeout(0);

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    private InboundAgentExtension.Options agent;

    @BeforeEach
    void setUp() throws Throwable {
        Files.createDirectories(directory.resolve("live"));
        Path home = Files.createDirectories(directory.resolve("home"));
        agent = InboundAgentExtension.Options.newBuilder()
                .name(AGENT)
                .label(AGENT)
                .javaOptions("-Duser.home=" + home)
                .build();
        controller.startJenkins();
        agents.createAgent(controller, agent);
        Files.createFile(gate());
        controller.runRemotely(RestartTest::release, pipeline("1.0", "good"));
    }

    @Test
    void controllerRestartsInTheMiddleOfADeployment() throws Throwable {
        Files.delete(gate());
        controller.runRemotely(RestartTest::begin, pipeline("1.1", "better"), "ready");
        controller.stopJenkins();
        assertThat(live()).hasContent("better");
        Files.createFile(gate());
        controller.startJenkins();
        agents.start(controller, agent);
        controller.runRemotely(RestartTest::finish, Result.SUCCESS.toString(), "1.1");
        assertThat(live()).hasContent("better");
    }

    @Test
    void controllerAndAgentGoDownInTheMiddleOfARollback() throws Throwable {
        controller.runRemotely(RestartTest::begin, pipeline("1.1", "bad"), "ROLLING_BACK");
        controller.stopJenkins();
        agents.stop(AGENT);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(live()).hasContent("good"));
        assertThat(gate()).as("the rollback waits in its middle").doesNotExist();
        Files.createFile(gate());
        controller.startJenkins();
        agents.start(controller, agent);
        controller.runRemotely(RestartTest::finish, Result.FAILURE.toString(), "1.0");
    }

    @Test
    void agentIsCutOffInTheMiddleOfADeployment() throws Throwable {
        Files.delete(gate());
        controller.runRemotely(RestartTest::begin, pipeline("1.1", "better"), "ready");
        agents.stop(AGENT);
        controller.runRemotely(RestartTest::awaitLog, "Waiting for agent");
        Files.createFile(gate());
        agents.start(controller, agent);
        controller.runRemotely(RestartTest::finish, Result.SUCCESS.toString(), "1.1");
        assertThat(live()).hasContent("better");
    }

    @Test
    void controllerAndAgentGoDownInTheMiddleOfARollbackByClick() throws Throwable {
        controller.runRemotely(RestartTest::begin, pipeline("1.1", "better"), "SUCCEEDED");
        controller.runRemotely(RestartTest::finish, Result.SUCCESS.toString(), "1.1");
        Files.delete(gate());
        controller.runRemotely(RestartTest::click);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(live()).hasContent("good"));
        controller.stopJenkins();
        agents.stop(AGENT);
        controller.startJenkins();
        controller.runRemotely(RestartTest::rollbackWaits);
        Files.createFile(gate());
        agents.start(controller, agent);
        controller.runRemotely(RestartTest::rollbackEnds);
        assertThat(live()).hasContent("good");
    }

    private Path gate() {
        return directory.resolve("gate");
    }

    private Path live() {
        return directory.resolve("live").resolve("page");
    }

    private String pipeline(String version, String page) {
        return "node('host') { writeFile file: 'app/page', text: '" + page + "'; "
                + "autoRollback(service: 'shop', environment: 'production') { deploy artifact: 'app', version: '"
                + version
                + "', target: directory('" + directory.resolve("live") + "'),"
                + " readyCheck: commandCheck(command: ['test', '-e', '" + gate() + "'], timeout: '120s');"
                + " smokeTest checks: [commandCheck(command: ['sh', '-c', 'if grep -q bad " + live() + "; then rm -f "
                + gate()
                + "; exit 1; fi'])], retries: 0 } }";
    }

    private static WorkflowJob job(JenkinsRule jenkins) {
        return jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
    }

    private static void release(JenkinsRule jenkins, String pipeline) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        jenkins.buildAndAssertSuccess(job);
    }

    private static void begin(JenkinsRule jenkins, String pipeline, String message) throws Exception {
        WorkflowJob job = job(jenkins);
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        jenkins.waitForMessage(message, job.scheduleBuild2(0).waitForStart());
    }

    private static void awaitLog(JenkinsRule jenkins, String message) throws Exception {
        jenkins.waitForMessage(message, job(jenkins).getLastBuild());
    }

    private static void click(JenkinsRule jenkins) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            String query = "releases/confirm?service=shop&environment=production&to=previous";
            jenkins.submit(web.goTo(job(jenkins).getUrl() + query).getFormByName("rollback"));
        }
    }

    /** It says so, and does not keep Jenkins from restarting meanwhile. */
    private static void rollbackWaits(JenkinsRule jenkins) throws Exception {
        await().atMost(Duration.ofSeconds(60)).until(() -> rollback(jenkins).isWaitingForAgent());
        await().atMost(Duration.ofSeconds(10)).until(RestartListener::isAllReady);
    }

    private static void rollbackEnds(JenkinsRule jenkins) throws Exception {
        await().atMost(Duration.ofSeconds(60)).until(() -> rollback(jenkins).isEnded());
        assertThat(rollback(jenkins).isRestored())
                .as(rollback(jenkins).getMessage())
                .isTrue();
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", entry -> entry.getVersion());
    }

    private static Rollback rollback(JenkinsRule jenkins) {
        return job(jenkins)
                .getAction(ReleasesAction.class)
                .rollbacksOf(ReleaseHistory.of("shop", "production"))
                .get(0);
    }

    private static void finish(JenkinsRule jenkins, String result, String live) throws Exception {
        WorkflowRun build = job(jenkins).getLastBuild();
        jenkins.assertBuildStatus(Result.fromString(result), jenkins.waitForCompletion(build));
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns(live, entry -> entry.getVersion());
    }
}
