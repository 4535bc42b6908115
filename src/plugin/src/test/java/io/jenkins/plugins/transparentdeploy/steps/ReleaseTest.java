package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import hudson.model.Slave;
import hudson.tasks.junit.TestResultAction;
import io.jenkins.plugins.transparentdeploy.Shop;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import io.jenkins.plugins.transparentdeploy.records.RolledBackBadge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A real server is released by pipelines on an agent that is another process with a home of its own. */
@WithJenkins
class ReleaseTest {
    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private Shop shop;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        shop = new Shop(directory);
        Path home = Files.createDirectories(directory.resolve("home"));
        Slave agent = agents.createAgent(
                rule,
                InboundAgentExtension.Options.newBuilder()
                        .name("host")
                        .javaOptions("-Duser.home=" + home)
                        .build());
        agent.setLabelString("host");
    }

    @AfterEach
    void tearDown() {
        shop.close();
    }

    @Test
    void scriptedPipelineReleasesAndAFailingSmokeTestRollsBackByItself() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        WorkflowRun good = run(job, scripted("9.4.56", "orders open", "1.0"));
        jenkins.assertBuildStatusSuccess(good);
        assertThat(shop.page()).isEqualTo("orders open");
        assertThat(good.getAction(TestResultAction.class).getTotalCount()).isEqualTo(1);
        String release =
                good.getAction(ReleaseAction.class).getReleases().get(0).getId();
        assertThat(good.getArtifacts())
                .extracting(artifact -> artifact.relativePath)
                .contains(
                        "release/" + release + "/release.json",
                        "release/" + release + "/journal.jsonl",
                        "release/" + release + "/content.pack");
        assertThat(good.isKeepLog()).as("the live release keeps its build").isTrue();

        WorkflowRun bad = run(job, scripted("9.4.57", "orders closed", "1.1"));
        jenkins.assertBuildStatus(Result.FAILURE, bad);
        assertThat(shop.page()).isEqualTo("orders open");
        jenkins.assertLogContains("orders", bad);
        assertThat(bad.getAction(TestResultAction.class).getFailedTests())
                .singleElement()
                .satisfies(test -> {
                    assertThat(test.getName()).isEqualTo("orders");
                    assertThat(test.getClassName()).isEqualTo("shop.production");
                    assertThat(test.getErrorDetails()).isNotBlank();
                });
        assertThat(bad.getAction(RolledBackBadge.class)).isNotNull();
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", ReleaseSummary::getVersion);

        WorkflowRun frozen = run(job, scripted("9.4.57", "orders open now", "1.2"));
        jenkins.assertBuildStatus(Result.FAILURE, frozen);
        jenkins.assertLogContains("shop/production is frozen since", frozen);
        assertThat(shop.page()).isEqualTo("orders open");
        shop.unfreeze();

        jenkins.assertBuildStatusSuccess(run(job, scripted("9.4.57", "orders open now", "1.2")));
        assertThat(shop.page()).isEqualTo("orders open now");
        WorkflowRun newest = job.getLastBuild();
        WorkflowRun stranger = run(
                jenkins.createProject(WorkflowJob.class, "back"),
                "rollback service: 'shop', environment: 'production'");
        jenkins.assertBuildStatus(Result.FAILURE, stranger);
        jenkins.assertLogContains("was never released by back", stranger);
        assertThat(shop.page()).isEqualTo("orders open now");
        jenkins.assertBuildStatusSuccess(run(job, "rollback service: 'shop', environment: 'production'"));
        assertThat(shop.page()).isEqualTo("orders open");
        assertThat(newest.getAction(RolledBackBadge.class)).isNotNull();
        assertThat(good.isKeepLog()).isTrue();
        assertThat(newest.isKeepLog()).as("no longer live, and not good either").isFalse();
    }

    @Test
    void declarativePipelineReleasesWithTheBlockInItsOptions() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        String pipeline =
                """
                pipeline {
                  agent { label 'host' }
                  options { autoRollback(%s) }
                  stages {
                    stage('Release') { steps { %s %s } }
                    stage('Test') { steps { %s } }
                  }
                }
                """;
        WorkflowRun good = run(
                job,
                pipeline.formatted(
                        shop.where(), shop.build("9.4.56", "orders open"), shop.deploy("1.0"), shop.smokeTest()));
        jenkins.assertBuildStatusSuccess(good);
        assertThat(shop.page()).isEqualTo("orders open");

        WorkflowRun bad = run(
                job,
                pipeline.formatted(
                        shop.where(), shop.build("9.4.56", "orders closed"), shop.deploy("1.1"), shop.smokeTest()));
        jenkins.assertBuildStatus(Result.FAILURE, bad);
        assertThat(shop.page()).isEqualTo("orders open");
    }

    @Test
    void anAbortedBuildRollsBackFirstAndStaysAborted() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        jenkins.assertBuildStatusSuccess(run(job, scripted("9.4.56", "orders open", "1.0")));

        WorkflowRun held = start(
                job,
                "node('host') { autoRollback(" + shop.where() + ") { " + shop.build("9.4.56", "orders soon")
                        + shop.deploy("1.1") + " input 'go on?' } }");
        await().atMost(Duration.ofSeconds(90)).until(() -> held.getAction(InputAction.class) != null);
        assertThat(shop.page()).isEqualTo("orders soon");
        held.getExecutor().interrupt();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(held));
        assertThat(shop.page()).isEqualTo("orders open");

        shop.unfreeze();

        WorkflowRun deploying = start(
                job,
                "node('host') { " + shop.build("9.4.56", "orders later")
                        + shop.deployGuarded("1.2").replace("deploy ", "deploy " + shop.where() + ", ") + " }");
        await().atMost(Duration.ofSeconds(90)).until(shop::page, "orders later"::equals);
        deploying.getExecutor().interrupt();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> JenkinsRule.getLog(deploying), log -> log.contains("ROLLING_BACK"));
        Files.createFile(shop.gate());
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(deploying));
        assertThat(shop.page()).isEqualTo("orders open");
    }

    @Test
    void refusesAnUnstableBuildAndABadDirectoryAndTouchesNothing() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        WorkflowRun unstable = run(
                job,
                "node('host') { unstable 'tests'; " + shop.build("9.4.56", "x")
                        + shop.deploy("1").replace("deploy ", "deploy " + shop.where() + ", ") + " }");
        jenkins.assertBuildStatus(Result.FAILURE, unstable);
        jenkins.assertLogContains("This build is UNSTABLE", unstable);

        WorkflowRun missing = run(
                job,
                "node('host') { writeFile file: 'a/b', text: 'x'; deploy artifact: 'a', service: 'shop', environment: 'production',"
                        + " target: directory('" + directory.resolve("nowhere") + "') }");
        jenkins.assertBuildStatus(Result.FAILURE, missing);
        jenkins.assertLogContains("nowhere", missing);
        assertThat(directory.resolve("nowhere")).doesNotExist();
        assertThat(directory.resolve("home/.transparent-deploy/tools"))
                .as("by default, state is kept in the agent's own home")
                .isDirectory();
    }

    private String scripted(String server, String page, String version) {
        return "node('host') { " + shop.build(server, page) + "autoRollback(" + shop.where() + ") { "
                + shop.deploy(version) + shop.smokeTest() + " } }";
    }

    private static WorkflowRun start(WorkflowJob job, String pipeline) throws Exception {
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun run(WorkflowJob job, String pipeline) throws Exception {
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job.scheduleBuild2(0).get();
    }
}
