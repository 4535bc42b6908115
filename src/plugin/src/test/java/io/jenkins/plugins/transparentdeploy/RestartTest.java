package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.RestartListener;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.rollback.ReleasesAction;
import io.jenkins.plugins.transparentdeploy.rollback.Rollback;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * The controller goes down, and the agent's connection breaks, with a release in each state of the machine: the detached
 * processes finish, and the builds show it. Each release is a service of its own, held in its state by a gate: a file that
 * its checks wait for. One restart for all, for starting Jenkins is what takes time.
 */
class RestartTest extends ControllerWithAgent {
    /** Each ends with the version that is live then. */
    private static final Map<String, String> LIVE_AFTERWARDS = new LinkedHashMap<>(Map.of(
            "snapshotting", "1.1",
            "deploying", "1.1",
            "testing", "1.1",
            "analysing", "1.1",
            "finished", "1.1",
            "returning", "1.0"));

    @BeforeEach
    void whatIsLiveBefore() throws Throwable {
        for (String service : LIVE_AFTERWARDS.keySet()) {
            Files.createDirectories(live(service).getParent());
        }
        Files.createDirectories(live("clicked").getParent());
        open("returning");
        open("clicked");
        releases("returning", pipeline("returning", "1.0", "good"));
        releases("clicked", pipeline("clicked", "1.0", "good"));
        releases("clicked", pipeline("clicked", "1.1", "better"));
    }

    @Test
    void releasesInEachStateOutliveTheControllerAndTheAgent() throws Throwable {
        Files.delete(gate("clicked"));
        controller.runRemotely(RestartTest::click);
        begin("returning", "bad", "ROLLING_BACK");
        begin("deploying", "better", "ready");
        begin("testing", "better", "deploy");
        begin("analysing", "better", "ANALYSING");
        begin("finished", "better", "ready");
        try (Closeable held = holdStore()) {
            begin("snapshotting", "better", "autoRollback");
            awaitFile(state("snapshotting").resolve("runs"));
            awaitContent("returning", "good");
            awaitContent("clicked", "good");
            awaitFile(directory.resolve("testing/asked"));
            controller.stopJenkins();
            agents.stop(AGENT);
        }
        for (String service : LIVE_AFTERWARDS.keySet()) {
            open(service);
        }
        awaitContent("snapshotting", "better");
        awaitResults("finished");
        controller.startJenkins();
        controller.runRemotely(RestartTest::rollbackWaits);
        open("clicked");
        agentIsBack();
        for (Map.Entry<String, String> each : LIVE_AFTERWARDS.entrySet()) {
            controller.runRemotely(RestartTest::finish, each.getKey(), each.getValue());
        }
        controller.runRemotely(RestartTest::rollbackEnds);
        awaitContent("clicked", "good");

        agentIsCutOffInTheMiddleOfADeployment();
    }

    @Test
    void aControllerThatIsKilledTakesUpWhatGoesOn() throws Throwable {
        Files.delete(gate("clicked"));
        begin("deploying", "better", "ready");
        begin("testing", "better", "deploy");
        begin("analysing", "better", "ANALYSING");
        begin("finished", "better", "ready");
        controller.runRemotely(
                RestartTest::start,
                "clicked",
                "node('host') { rollback service: 'clicked', environment: 'production', stateDirectory: '"
                        + state("clicked") + "' }",
                "ROLLING_BACK");
        awaitFile(directory.resolve("testing/asked"));
        awaitContent("clicked", "good");
        controller.stopJenkinsForcibly();
        agents.stop(AGENT);
        List<String> released = List.of("deploying", "testing", "analysing", "finished");
        for (String service : released) {
            open(service);
        }
        awaitResults("finished");
        controller.startJenkins();
        open("clicked");
        agentIsBack();
        for (String service : released) {
            controller.runRemotely(RestartTest::finish, service, "1.1");
            awaitContent(service, "better");
        }
        controller.runRemotely(RestartTest::rollbackStepEnds);
        awaitContent("clicked", "good");
    }

    private void agentIsCutOffInTheMiddleOfADeployment() throws Throwable {
        Files.delete(gate("deploying"));
        begin("deploying", "best", "ready");
        agents.stop(AGENT);
        awaitLog("deploying", "Waiting for agent");
        open("deploying");
        agentIsBack();
        controller.runRemotely(RestartTest::finish, "deploying", "1.1");
        awaitContent("deploying", "best");
    }

    private void begin(String service, String page, String message) throws Throwable {
        controller.runRemotely(RestartTest::start, service, pipeline(service, "1.1", page), message);
    }

    private Path gate(String service) {
        return directory.resolve(service).resolve("gate");
    }

    private void open(String service) throws IOException {
        Files.createFile(gate(service));
    }

    private Path live(String service) {
        return directory.resolve(service).resolve("live").resolve("page");
    }

    private Path state(String service) {
        return directory.resolve(service).resolve("state");
    }

    private void awaitContent(String service, String content) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(live(service)).hasContent(content));
    }

    private static void awaitFile(Path file) {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(file));
    }

    /** All runs of a service have said how they ended, whether or not anybody heard it. */
    private void awaitResults(String service) throws IOException {
        try (Stream<Path> runs = Files.list(state(service).resolve("runs"))) {
            runs.forEach(run -> awaitFile(run.resolve("result.json")));
        }
    }

    /** As `tdeploy prune` does: whoever wants to store a snapshot waits. */
    private Closeable holdStore() throws IOException {
        Path lock = Files.createDirectories(state("snapshotting").resolve("store/staging"))
                .resolve(".alone");
        FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        Path holder = lock.resolveSibling(".alone.holder");
        Files.writeString(
                holder,
                "{\"pid\":1,\"host\":\"here\",\"who\":\"test\",\"since\":\"2026-01-01T00:00:00Z\",\"what\":\"prune\"}");
        return () -> {
            Files.delete(holder);
            channel.close();
        };
    }

    /** What is released is a page; it is ready, passes its smoke test and its analysis only when the gate is open. */
    private String pipeline(String service, String version, String page) {
        String waiting = "commandCheck(name: 'gate', timeout: '600s', command: ['sh', '-c', 'until test -e "
                + gate(service) + "; do sleep 0.1; done'])";
        String ready =
                switch (service) {
                    case "deploying", "finished", "returning", "clicked" -> ", readyCheck: " + waiting;
                    default -> "";
                };
        String smokeTest =
                switch (service) {
                    case "testing" ->
                        "smokeTest timeout: '600s', checks: [commandCheck(command: ['touch', '"
                                + directory.resolve("testing/asked") + "']), " + waiting + "]; ";
                    case "returning" ->
                        "smokeTest retries: 0, checks: [commandCheck(command: ['sh', '-c', 'if grep -q bad "
                                + live(service) + "; then rm -f " + gate(service) + "; exit 1; fi'])]; ";
                    default -> "";
                };
        String analysis = service.equals("analysing")
                ? ", analysis: analysis(window: '1s', interval: '200ms', deadline: '600s', metrics: [checkMetric(check: "
                        + waiting + ")])"
                : "";
        return "node('host') { writeFile file: 'app/page', text: '" + page + "'; autoRollback(service: '" + service
                + "', environment: 'production', stateDirectory: '" + state(service) + "'" + analysis
                + ") { deploy artifact: 'app', version: '" + version + "', target: directory('"
                + live(service).getParent() + "')" + ready + "; " + smokeTest + "} }";
    }

    private static void start(JenkinsRule jenkins, String service, String pipeline, String message) throws Exception {
        jenkins.waitForMessage(message, newBuild(jenkins, service, pipeline));
    }

    private static void click(JenkinsRule jenkins) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            String query = "releases/confirm?service=clicked&environment=production&to=previous";
            jenkins.submit(web.goTo(job(jenkins, "clicked").getUrl() + query).getFormByName("rollback"));
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
        assertLive("clicked", "1.0");
    }

    private static void rollbackStepEnds(JenkinsRule jenkins) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(last(jenkins, "clicked")));
        assertLive("clicked", "1.0");
    }

    private static Rollback rollback(JenkinsRule jenkins) {
        return job(jenkins, "clicked")
                .getAction(ReleasesAction.class)
                .rollbacksOf(ReleaseHistory.of("clicked", "production"))
                .get(0);
    }

    private static void finish(JenkinsRule jenkins, String service, String live) throws Exception {
        WorkflowRun build = jenkins.waitForCompletion(last(jenkins, service));
        jenkins.assertBuildStatus(live.equals("1.0") ? Result.FAILURE : Result.SUCCESS, build);
        assertLive(service, live);
        String release =
                build.getAction(ReleaseAction.class).getReleases().get(0).getId();
        assertThat(build.getArtifactManager()
                        .root()
                        .child("release/" + release + "/release.json")
                        .isFile())
                .as("the records of %s", service)
                .isTrue();
    }
}
