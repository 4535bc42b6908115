package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.jenkinsci.plugins.workflow.support.steps.input.InputStepExecution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A block holds its release until a person has looked at it, and meanwhile somebody else does something about that release. */
@WithJenkins
class DecidedElsewhereTest {
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob shop;
    private WorkflowRun waiting;

    @BeforeEach
    void oneIsLiveAndTheNextIsHeld(JenkinsRule rule) throws Exception {
        jenkins = rule;
        DumbSlave host = rule.createSlave("host", "host", null);
        host.setNumExecutors(2);
        rule.jenkins.setNodes(rule.jenkins.getNodes());
        Files.createDirectories(directory.resolve("live"));
        shop = rule.createProject(WorkflowJob.class, "shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(release("1.0", "")));
        waiting = release("1.1", "input 'Is it well?'");
        jenkins.waitForMessage("Is it well?", waiting);
    }

    /** It is no success then, and what comes after the block does not happen. */
    @Test
    void whatSomebodyTookBackOnAPageFailsItsBlock() throws Exception {
        rollBackOnThePage();
        await().atMost(LONG).until(() -> newest().getState().equals("ROLLED_BACK"));
        question().proceed(null);

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(waiting));
        jenkins.assertLogContains("1.1 of shop/production was taken back, or decided about, by somebody else", waiting);
        jenkins.assertLogNotContains("after the block", waiting);
        assertThat(history().live()).get().returns("1.0", ReleaseSummary::getVersion);
        assertThat(waiting.getAction(ReleaseAction.class).getReleases())
                .singleElement()
                .returns("ROLLED_BACK", ReleaseEntry::getState);
    }

    /** Jenkins knows nothing of what was done on the host itself; the host does. */
    @Test
    void whatHasTakenItsPlaceOnTheHostIsLeftAlone() throws Exception {
        String lost = newest().getId();
        anotherTakesItsPlace();
        question().doAbort();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(waiting));
        assertThat(directory.resolve("live/page")).hasContent("1.2");
        assertThat(tdeploy("history")).contains(lost).contains("1.2");
        assertThat(tdeploy("complete")).contains("1.2");
    }

    @Test
    void whatHasTakenItsPlaceOnTheHostIsNotCompletedEither() throws Exception {
        String lost = newest().getId();
        anotherTakesItsPlace();
        question().proceed(null);

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(waiting));
        jenkins.assertLogContains("Release " + lost + " waits for no decision any more; 1.2", waiting);
        assertThat(tdeploy("complete")).as("it was still to be decided about").contains("1.2");
    }

    /** Nobody is left who could judge it, and nobody would ask for its way back. */
    @Test
    void whatIsHeldByABuildThatIsEndedByForceIsTakenBack() throws Exception {
        waiting.doKill();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(waiting));
        await().atMost(LONG).until(() -> newest().getState().equals("ROLLED_BACK"));
        assertThat(directory.resolve("live/page")).hasContent("1.0");
        assertThat(newest().getStateReason()).contains("ended without deciding about it");
        assertThat(history().live()).get().returns("1.0", ReleaseSummary::getVersion);
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            await().atMost(LONG)
                    .until(() ->
                            web.getPage(shop, "releases").asNormalizedText().contains("Done"));
        }
    }

    /** Whoever only asks how it does has not released it. */
    @Test
    void theSmokeTestOfAnotherJobTakesNoReleaseForItsOwn() throws Exception {
        WorkflowJob watch = jenkins.createProject(WorkflowJob.class, "watch");
        watch.setDefinition(new CpsFlowDefinition(
                "node('host') { " + serviceFile()
                        + "smokeTest service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "', checks: [commandCheck(command: ['true'])]\n"
                        + "echo \"of ${env.RELEASE_ID}\" }",
                true));
        WorkflowRun asked = jenkins.buildAndAssertSuccess(watch);

        jenkins.assertLogContains("of null", asked);
        ReleaseAction action = asked.getAction(ReleaseAction.class);
        assertThat(action == null ? List.of() : action.getReleases()).isEmpty();
        assertThat(asked.getArtifactManager().root().child("release").exists()).isFalse();
        question().proceed(null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(waiting));
        assertThat(history().live()).get().returns("1.1", ReleaseSummary::getVersion);
    }

    private void anotherTakesItsPlace() throws Exception {
        tdeploy("rollback", "--reason", "at night");
        Path fix = Files.createDirectory(directory.resolve("fix"));
        Files.writeString(fix.resolve("page"), "1.2");
        tdeploy(
                "deploy",
                "--artifact",
                fix.toString(),
                "--release",
                "1.2",
                "--hold",
                "--despite-freeze",
                "--reason",
                "a mend");
    }

    private InputStepExecution question() throws Exception {
        await().atMost(LONG)
                .until(() -> waiting.getAction(InputAction.class) != null
                        && waiting.getAction(InputAction.class).getExecutions().size() == 1);
        return waiting.getAction(InputAction.class).getExecutions().get(0);
    }

    private static ReleaseHistory history() {
        return ReleaseHistory.of("shop", "production");
    }

    private static ReleaseSummary newest() {
        return history().newestFirst().iterator().next();
    }

    private void rollBackOnThePage() throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            Click.on(web, shop.getUrl() + "releases/rollback?service=shop&environment=production&to=previous");
        }
    }

    private String serviceFile() {
        return """
                writeFile file: 'transparent-deploy.yaml', text: '''
                service: shop
                environments:
                  production:
                    target: {directory: "DIRECTORY/live"}
                '''
                """
                .replace("DIRECTORY", directory.toString());
    }

    private WorkflowRun release(String version, String rest) throws Exception {
        shop.setDefinition(new CpsFlowDefinition(
                "node('host') { " + serviceFile() + "writeFile file: 'app/page', text: '" + version
                        + "'\nautoRollback(service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "') {\ndeploy artifact: 'app', version: '" + version + "'\n"
                        + rest + "\n}\necho 'after the block' }",
                true));
        return shop.scheduleBuild2(0).waitForStart();
    }

    /** On the host itself, past Jenkins. */
    private String tdeploy(String command, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of(RunResult.class.getResource("tdeploy.jar").toURI()).toString(),
                command,
                "--state-dir",
                directory.resolve("state").toString(),
                "--service",
                "shop",
                "--environment",
                "production"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
