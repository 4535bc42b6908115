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
    private static final String FILE =
            """
            writeFile file: 'transparent-deploy.yaml', text: '''
            service: shop
            environments:
              production:
                target: {directory: "DIRECTORY/of the file"}
                smokeTest:
                  retries: 0
                  checks:
                    - name: the page is there
                      command: [test, -s, "{directory}/page"]
            '''
            """;

    /** Another service. */
    private static final String OTHER_FILE =
            """
            writeFile file: 'other.yaml', text: '''
            service: stall
            environments:
              production:
                target: {directory: "DIRECTORY/stall"}
                smokeTest:
                  checks:
                    - name: at the stall
                      command: ['true']
            '''
            """;

    private static final String STATE = "stateDirectory: 'DIRECTORY/state', ";
    private static final String WHERE = STATE + "environment: 'production'";
    private static final String DEPLOY =
            "deploy artifact: 'app', version: '1.0', target: directory('DIRECTORY/of the step')\n";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.createSlave("host", "host", null);
        rule.createProject(WorkflowJob.class, "shop");
        Files.createDirectories(directory.resolve("of the file"));
        Files.createDirectories(directory.resolve("of the step"));
    }

    @Test
    void theSmokeTestAsksTheReleaseAsItWasDeployed() throws Exception {
        WorkflowRun run = run(WHERE, DEPLOY + "smokeTest()");
        jenkins.assertBuildStatus(Result.SUCCESS, run);
        assertThat(directory.resolve("of the step/page")).hasContent("open");
    }

    @Test
    void aFileThatTheStepNamesIsUsed() throws Exception {
        WorkflowRun run = run(WHERE, DEPLOY + "smokeTest file: 'transparent-deploy.yaml'");
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("the page is there", run);
    }

    @Test
    void theReleaseIsFoundWhereItWasDeployedTo() throws Exception {
        WorkflowRun run =
                run("environment: 'production'", DEPLOY.replace("deploy ", "deploy " + STATE) + "smokeTest()");
        jenkins.assertBuildStatus(Result.SUCCESS, run);
        assertThat(directory.resolve("of the step/page")).hasContent("open");
    }

    @Test
    void whatIsHeldOnAnotherNodeIsNotLookedForHere() throws Exception {
        jenkins.createSlave("another", "another", null);
        WorkflowRun run = run(WHERE, DEPLOY + "node('another') {\n" + FILE + "smokeTest()\n}");
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("the page is there", run);
    }

    @Test
    void aFileOfAnotherServiceIsNotAskedWithTheKeyOfWhatIsHeld() throws Exception {
        Files.createDirectories(directory.resolve("stall"));
        WorkflowRun run = run(WHERE, DEPLOY + key() + OTHER_FILE + "smokeTest file: 'other.yaml'");
        jenkins.assertLogContains("at the stall", run);
        assertThat(JenkinsRule.getLog(run)
                        .lines()
                        .filter(line -> line.startsWith("[stall/") && line.contains("'gone'")))
                .isEmpty();
    }

    /** Which of two is asked, nobody can know; and nobody forgets for it what their hosts are reached with. */
    @Test
    void whereTwoAreHeldNoneLosesItsKey() throws Exception {
        Files.createDirectories(directory.resolve("stall"));
        WorkflowRun run = run(
                WHERE,
                DEPLOY + OTHER_FILE
                        + DEPLOY.replace("deploy ", "deploy file: 'other.yaml', ")
                                .replace("of the step", "stall")
                        + key() + "smokeTest unstableOnFailure: true");
        jenkins.assertLogContains("the page is there", run);
        assertThat(place()).content().contains("gone");
    }

    @Test
    void whatWasCompletedGoesBackWhenAnotherOfTheBlockIsLost() throws Exception {
        Files.createDirectories(directory.resolve("stall"));
        jenkins.assertBuildStatus(Result.SUCCESS, runTwo("1.0", ""));

        WorkflowRun run = runTwo("1.1", "sh 'rm -rf DIRECTORY/state-of-stall'");

        jenkins.assertBuildStatus(Result.FAILURE, run);
        assertThat(directory.resolve("of the step/page")).hasContent("1.0");
    }

    private WorkflowRun runTwo(String version, String then) throws Exception {
        WorkflowJob job = jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
        String deploy = "deploy service: '%s', stateDirectory: 'DIRECTORY/state-of-%s', artifact: 'app', version: '"
                + version + "', target: directory('DIRECTORY/%s')\n";
        job.setDefinition(new CpsFlowDefinition(
                ("node('host') { writeFile file: 'app/page', text: '" + version
                                + "'\n autoRollback(environment: 'production') {\n"
                                + deploy.formatted("shop", "shop", "of the step")
                                + deploy.formatted("stall", "stall", "stall")
                                + then + "\n} }")
                        .replace("DIRECTORY", directory.toString()),
                true));
        return job.scheduleBuild2(0).get();
    }

    /** As if the first release had been made with a key that is not there any more. */
    private String key() {
        return "writeFile file: '" + place()
                + "', text: '{\"node\":\"host\",\"stateDirectory\":\"DIRECTORY/state\","
                + "\"sshCredentials\":{\"id\":\"gone\",\"job\":\"shop\"}}'\n";
    }

    private Path place() {
        return jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/services/shop/production/place.json");
    }

    private WorkflowRun run(String block, String body) throws Exception {
        WorkflowJob job = jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                """
                node('host') {
                %s
                    writeFile file: 'app/page', text: 'open'
                    autoRollback(%s) {
                %s
                    }
                }
                """
                        .formatted(FILE, block, body)
                        .replace("DIRECTORY", directory.toString()),
                true));
        return job.scheduleBuild2(0).get();
    }
}
