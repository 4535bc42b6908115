package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import io.jenkins.plugins.transparentdeploy.rollback.ReleasesAction;
import io.jenkins.plugins.transparentdeploy.rollback.Undertaking;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * The controller is killed, and the agent with it, in the middle of what somebody asked for on a page, and while a release
 * waits for somebody: a decision, or the word to go on. Nothing is forgotten, and nothing is done twice. {@link RestartTest}
 * has the states of a release that waits for nobody.
 */
class KilledControllerTest {
    private static final String AGENT = "host";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension()
            .withTimeout(0)
            // As in production: in tests, Pipeline gives an agent 15 s to come back, which a busy machine may need.
            .javaOptions("-Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis=300000");

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    private InboundAgentExtension.Options agent;
    private Path gate;

    @BeforeEach
    void whatIsLiveBefore() throws Throwable {
        gate = Files.createFile(directory.resolve("gate"));
        agent = InboundAgentExtension.Options.newBuilder()
                .name(AGENT)
                .label(AGENT)
                .javaOptions("-Duser.home=" + Files.createDirectories(directory.resolve("home")))
                .build();
        controller.startJenkins();
        agents.createAgent(controller, agent);
        controller.runRemotely(KilledControllerTest::manyAtOnce);
        releases("clicked", gated("clicked", "production", "1.0", "good"));
        releases("clicked", gated("clicked", "production", "1.1", "better"));
        releases("promoted", gated("promoted", "production", "1.0", "good"));
        releases("staged", gated("promoted", "staging", "1.1", "better"));
        releases("held", held("1.0", "good", ""));
        releases("paused", rolling("1.0", "good"));
    }

    @Test
    void whatWasClickedAndWhatWaitsForSomebodyGoesOn() throws Throwable {
        Files.delete(gate);
        controller.runRemotely(KilledControllerTest::begin, "held", held("1.1", "better", "input 'Is it well?'; "));
        controller.runRemotely(KilledControllerTest::begin, "paused", rolling("1.1", "better"));
        controller.runRemotely(
                KilledControllerTest::post,
                "job/clicked/releases/rollback?service=clicked&environment=production&to=previous&reason=slow");
        controller.runRemotely(KilledControllerTest::promote);
        controller.runRemotely(KilledControllerTest::awaitLog, "held", "Is it well?");
        awaitContent("clicked/production", "good");
        awaitContent("promoted/production", "better");
        awaitContent("paused/production/a", "better");
        controller.runRemotely(KilledControllerTest::steer, "pause");
        controller.runRemotely(KilledControllerTest::awaitLog, "paused", "paused by");

        controller.stopJenkinsForcibly();
        agents.stop(AGENT);
        assertThat(directory.resolve("paused/production/b/page")).hasContent("good");
        controller.startJenkins();
        Files.createFile(gate);
        agents.start(controller, agent);

        controller.runRemotely(KilledControllerTest::rollbackEnds);
        controller.runRemotely(KilledControllerTest::promotionEnds);
        controller.runRemotely(KilledControllerTest::heldIsDecided);
        controller.runRemotely(KilledControllerTest::pausedGoesOn);
        awaitContent("clicked/production", "good");
        awaitContent("promoted/production", "better");
        awaitContent("held/production", "better");
        awaitContent("paused/production/a", "better");
        awaitContent("paused/production/b", "better");
    }

    private void releases(String job, String pipeline) throws Throwable {
        controller.runRemotely(KilledControllerTest::release, job, pipeline);
    }

    /** Ready as soon as the gate is open. */
    private String gated(String service, String environment, String version, String page) throws IOException {
        return writing(page) + deploy(service, environment, version)
                + ", readyCheck: commandCheck(name: 'gate', timeout: '600s', command: ['sh', '-c', 'until test -e "
                + gate
                + "; do sleep 0.1; done']) }";
    }

    /** Whether it stays is decided by the block around it, once the rest of that has come to its end. */
    private String held(String version, String page, String rest) throws IOException {
        return writing(page) + "autoRollback(service: 'held', environment: 'production') { "
                + deploy("held", "production", version) + "; " + rest + "} }";
    }

    /** One instance after the other, ten minutes apart. */
    private String rolling(String version, String page) throws IOException {
        for (String instance : List.of("a", "b")) {
            Files.createDirectories(directory.resolve("paused/production").resolve(instance));
        }
        return writing(page)
                + """
                writeFile file: 'transparent-deploy.yaml', text: '''
                service: paused
                environments:
                  production:
                    target: {directory: "%s/{instance}"}
                    instances: {a: {}, b: {}}
                    strategy: {rolling: {batch: 1, pause: 10m}}
                '''
                deploy service: 'paused', environment: 'production', stateDirectory: '%s', artifact: 'app', version: '%s' }
                """
                        .formatted(directory.resolve("paused/production"), directory.resolve("paused/state"), version);
    }

    private static String writing(String page) {
        return "node('host') { deleteDir(); writeFile file: 'app/page', text: '" + page + "'; ";
    }

    private String deploy(String service, String environment, String version) throws IOException {
        Path live = Files.createDirectories(directory.resolve(service).resolve(environment));
        return "deploy service: '" + service + "', environment: '" + environment + "', stateDirectory: '"
                + directory.resolve(service).resolve("state") + "', artifact: 'app', version: '" + version
                + "', target: directory('" + live + "')";
    }

    private void awaitContent(String live, String content) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(directory.resolve(live).resolve("page")).hasContent(content));
    }

    private static void manyAtOnce(JenkinsRule jenkins) throws Exception {
        DumbSlave host = (DumbSlave) jenkins.jenkins.getNode(AGENT);
        host.setNumExecutors(10);
        jenkins.jenkins.setNodes(jenkins.jenkins.getNodes());
    }

    private static WorkflowJob define(JenkinsRule jenkins, String name, String pipeline) throws Exception {
        WorkflowJob known = jenkins.jenkins.getItemByFullName(name, WorkflowJob.class);
        WorkflowJob job = known == null ? jenkins.createProject(WorkflowJob.class, name) : known;
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job;
    }

    private static void release(JenkinsRule jenkins, String job, String pipeline) throws Exception {
        jenkins.buildAndAssertSuccess(define(jenkins, job, pipeline));
    }

    private static void begin(JenkinsRule jenkins, String job, String pipeline) throws Exception {
        define(jenkins, job, pipeline).scheduleBuild2(0).waitForStart();
    }

    private static void awaitLog(JenkinsRule jenkins, String job, String message) throws Exception {
        jenkins.waitForMessage(message, last(jenkins, job));
    }

    private static WorkflowRun last(JenkinsRule jenkins, String job) {
        return jenkins.jenkins.getItemByFullName(job, WorkflowJob.class).getLastBuild();
    }

    private static void post(JenkinsRule jenkins, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            JSONObject crumb = web.getJSON("crumbIssuer/api/json").getJSONObject();
            WebRequest request =
                    new WebRequest(URI.create(jenkins.getURL() + path).toURL(), HttpMethod.POST);
            request.setAdditionalHeader(crumb.getString("crumbRequestField"), crumb.getString("crumb"));
            web.getPage(request);
        }
    }

    private static void promote(JenkinsRule jenkins) throws Exception {
        String id =
                ReleaseHistory.of("promoted", "staging").live().orElseThrow().getId();
        post(jenkins, "job/staged/releases/promote?service=promoted&environment=staging&to=production&release=" + id);
    }

    private static void steer(JenkinsRule jenkins, String verb) throws Exception {
        post(
                jenkins,
                last(jenkins, "paused").getUrl() + "release/steer?service=paused&environment=production&verb=" + verb);
    }

    private static void rollbackEnds(JenkinsRule jenkins) {
        assertDone(page(jenkins, "clicked").rollbacksOf(ReleaseHistory.of("clicked", "production")));
        assertLive("clicked", "1.0");
    }

    private static void promotionEnds(JenkinsRule jenkins) {
        assertDone(page(jenkins, "promoted").promotionsOf(ReleaseHistory.of("promoted", "production")));
        assertLive("promoted", "1.1");
    }

    private static ReleasesAction page(JenkinsRule jenkins, String job) {
        return last(jenkins, job).getParent().getAction(ReleasesAction.class);
    }

    private static void assertDone(List<? extends Undertaking> asked) {
        assertThat(asked).hasSize(1);
        await().atMost(PATIENCE).until(asked.get(0)::isEnded);
        assertThat(asked.get(0).isDone()).as(asked.get(0).getMessage()).isTrue();
    }

    private static void heldIsDecided(JenkinsRule jenkins) throws Exception {
        WorkflowRun build = last(jenkins, "held");
        await().atMost(PATIENCE)
                .until(() -> !build.getAction(InputAction.class).getExecutions().isEmpty());
        assertThat(build.getAction(ReleaseAction.class).getReleases())
                .singleElement()
                .returns("VERIFYING", ReleaseEntry::getState);
        build.getAction(InputAction.class).getExecutions().get(0).proceed(null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(build.getAction(ReleaseAction.class).getReleases())
                .singleElement()
                .returns("SUCCEEDED", ReleaseEntry::getState);
        assertLive("held", "1.1");
    }

    /** Paused it stays, however long nobody was there. */
    private static void pausedGoesOn(JenkinsRule jenkins) throws Exception {
        WorkflowRun build = last(jenkins, "paused");
        assertThat(build.isBuilding()).isTrue();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            steer(jenkins, "resume");
            return true;
        });
        jenkins.waitForMessage("resumed by", build);
        steer(jenkins, "promote");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertLive("paused", "1.1");
    }

    private static void assertLive(String service, String version) {
        assertThat(ReleaseHistory.of(service, "production").live()).get().returns(version, ReleaseSummary::getVersion);
    }
}
