package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
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
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * The controller is killed, and the agent with it, in the middle of what somebody asked for on a page, and while a release
 * waits for somebody: a decision, or the word to go on. Nothing is forgotten, and nothing is done twice. {@link RestartTest}
 * has the states of a release that waits for nobody.
 */
class KilledControllerTest extends ControllerWithAgent {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Path gate;

    @BeforeEach
    void whatIsLiveBefore() throws Throwable {
        gate = Files.createFile(directory.resolve("gate"));
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
        begins("held", held("1.1", "better", "input 'Is it well?'; "));
        begins("paused", rolling("1.1", "better"));
        controller.runRemotely(
                KilledControllerTest::post,
                "job/clicked/releases/rollback?service=clicked&environment=production&to=previous&reason=slow");
        controller.runRemotely(KilledControllerTest::promote);
        awaitLog("held", "Is it well?");
        awaitContent("clicked/production", "good");
        awaitContent("promoted/production", "better");
        awaitContent("paused/production/a", "better");
        controller.runRemotely(KilledControllerTest::steer, "pause");
        awaitLog("paused", "paused by");

        controller.stopJenkinsForcibly();
        agents.stop(AGENT);
        assertThat(directory.resolve("paused/production/b/page")).hasContent("good");
        controller.startJenkins();
        Files.createFile(gate);
        agentIsBack();

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

    private void begins(String job, String pipeline) throws Throwable {
        controller.runRemotely(KilledControllerTest::start, job, pipeline);
    }

    private static void start(JenkinsRule jenkins, String job, String pipeline) throws Exception {
        newBuild(jenkins, job, pipeline);
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
}
