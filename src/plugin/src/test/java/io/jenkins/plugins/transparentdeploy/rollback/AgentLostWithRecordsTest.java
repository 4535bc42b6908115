package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.BuildListener;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import jenkins.model.ArtifactManager;
import jenkins.model.ArtifactManagerConfiguration;
import jenkins.model.ArtifactManagerFactory;
import jenkins.model.ArtifactManagerFactoryDescriptor;
import jenkins.model.StandardArtifactManager;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The agent goes after a run has ended and before its records are archived. */
@WithJenkins
class AgentLostWithRecordsTest {
    private static final String WAITING = "its records are still on that host";

    /** Whether the next archiving loses its agent. */
    private static final AtomicBoolean LOSES = new AtomicBoolean();

    private static DumbSlave host;

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private OnePage shop;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        host = rule.createOnlineSlave();
        host.setLabelString("host");
        shop = new OnePage(directory);
        job = rule.createProject(WorkflowJob.class, "shop");
        ArtifactManagerConfiguration.get().getArtifactManagerFactories().add(new LosingFactory());
        LOSES.set(true);
    }

    @Test
    void theRecordsAreArchivedWhenItIsBack() throws Exception {
        WorkflowRun run = start("1.0");
        jenkins.waitForMessage(WAITING, run);
        assertThat(ReleaseHistory.of("shop", "production").live())
                .as("known at once")
                .get()
                .returns("1.0", live -> live.getVersion());

        host.toComputer().connect(true).get();

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("is back", run);
        String id = run.getAction(ReleaseAction.class).getReleases().get(0).getId();
        assertThat(run.getArtifactManager()
                        .root()
                        .child("release/" + id + "/content.pack")
                        .isFile())
                .isTrue();
    }

    @Test
    void whoeverStopsTheBuildDoesNotWaitForThem() throws Exception {
        WorkflowRun run = start("1.0");
        jenkins.waitForMessage(WAITING, run);

        run.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("They are on the host, in " + directory.resolve("state"), run);
        assertThat(shop.page()).hasContent("1.0");
    }

    @Test
    void aRollbackThatIsGivenUpThenWasDoneAllTheSame() throws Exception {
        LOSES.set(false);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(start("1.0")));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(start("1.1")));
        LOSES.set(true);

        post(job.getUrl() + "releases/rollback?service=shop&environment=production&to=previous");
        Rollback rollback = Rollbacks.get().of("shop", "production").get(0);
        await().atMost(Duration.ofSeconds(90)).until(rollback::isWaitingForAgent);
        post(rollback.getUrl() + "giveUp");

        assertThat(rollback.getOutcome()).isEqualTo(Outcome.RESTORED);
        assertThat(rollback.getMessage()).contains("1.0").contains("Its records stay on agent");
        assertThat(shop.page()).hasContent("1.0");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", live -> live.getVersion());
    }

    private void post(String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            Click.on(web, path);
        }
    }

    private WorkflowRun start(String version) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node('host') { " + shop.release(version, version) + " }", true));
        return job.scheduleBuild2(0).waitForStart();
    }

    public static final class LosingFactory extends ArtifactManagerFactory {
        @Override
        public ArtifactManager managerFor(Run<?, ?> build) {
            return new LosingManager(build);
        }

        @TestExtension
        public static final class DescriptorImpl extends ArtifactManagerFactoryDescriptor {}
    }

    public static final class LosingManager extends StandardArtifactManager {
        LosingManager(Run<?, ?> build) {
            super(build);
        }

        @Override
        public void archive(
                FilePath workspace, Launcher launcher, BuildListener listener, Map<String, String> artifacts)
                throws IOException, InterruptedException {
            if (LOSES.getAndSet(false)) {
                try {
                    host.toComputer().disconnect(null).get();
                } catch (ExecutionException e) {
                    throw new IOException(e);
                }
            }
            super.archive(workspace, launcher, listener, artifacts);
        }
    }
}
