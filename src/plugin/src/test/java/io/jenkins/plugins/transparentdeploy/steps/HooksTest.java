package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Commands that belong to a release, as a Jenkinsfile says them. */
@WithJenkins
class HooksTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        job = rule.createProject(WorkflowJob.class, "shop");
        Files.createDirectories(directory.resolve("live"));
    }

    @Test
    void eachRunsInItsPhaseAndIsTakenBackInReverse() throws Exception {
        String hooks = "beforeDeploy: [hook(name: 'migrate', " + says("up") + ", undoShell: " + line("down") + ")],"
                + " afterDeploy: [hook(name: 'warm', " + says("warm") + ", undoShell: " + line("cold") + ")],"
                + " beforeRollback: [hook(name: 'warn', " + says("warn") + ")],"
                + " afterRollback: [hook(name: 'tell', " + says("tell") + ")]";
        jenkins.assertBuildStatusSuccess(run("1.0", hooks, "true"));
        assertThat(said()).containsExactly("up 1.0", "warm 1.0");
        Files.delete(log());

        jenkins.assertBuildStatus(Result.FAILURE, run("1.1", hooks, "false"));

        assertThat(said())
                .map(line -> line.split(" ")[0])
                .containsExactly("up", "warm", "warn", "cold", "down", "tell");
        assertThat(said()).contains("up 1.1", "warn 1.1", "cold 1.1", "down 1.1");
        assertThat(page()).hasContent("1.0");
    }

    @Test
    void oneThatDoesNotEndInTimeIsKilledAndEndsTheRelease() throws Exception {
        jenkins.assertBuildStatusSuccess(run("1.0", "", "true"));

        WorkflowRun run = run(
                "1.1",
                "afterDeploy: [hook(name: 'warm', timeout: '1s', nothingToUndo: true, shell: 'sleep 61234 & wait')]",
                "true");

        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("warm", run);
        assertThat(page()).hasContent("1.0");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", live -> live.getVersion());
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains("sleep 61234")))
                .isEmpty();
    }

    private String says(String what) {
        return "shell: " + line(what);
    }

    private String line(String what) {
        return "'echo " + what + " \"$RELEASE_VERSION\" >> " + log() + "'";
    }

    private Path log() {
        return directory.resolve("hooks.log");
    }

    private List<String> said() throws Exception {
        return Files.readAllLines(log());
    }

    private Path page() {
        return directory.resolve("live/page");
    }

    private WorkflowRun run(String version, String hooks, String check) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + version
                        + "'; autoRollback(service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "') { deploy artifact: 'app', version: '" + version
                        + "', target: directory('" + directory.resolve("live") + "')"
                        + (hooks.isEmpty() ? "" : ", hooks: hooks(" + hooks + ")")
                        + "; smokeTest retries: 0, checks: [commandCheck(command: ['" + check + "'])] } }",
                true));
        return job.scheduleBuild2(0).get();
    }
}
