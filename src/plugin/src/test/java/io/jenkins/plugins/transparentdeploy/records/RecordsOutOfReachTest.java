package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.BuildListener;
import hudson.model.Result;
import hudson.model.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import jenkins.model.ArtifactManager;
import jenkins.model.ArtifactManagerConfiguration;
import jenkins.model.ArtifactManagerFactory;
import jenkins.model.ArtifactManagerFactoryDescriptor;
import jenkins.model.StandardArtifactManager;
import jenkins.util.VirtualFile;
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

/** Jenkins cannot keep what it is told: the service is never left undecided for that. */
@WithJenkins
class RecordsOutOfReachTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.createOnlineSlave().setLabelString("host");
        Files.createDirectories(directory.resolve("live"));
        Files.writeString(directory.resolve("live/page"), "before");
        job = rule.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(
                "node('host') { writeFile file: 'app/page', text: 'after'; autoRollback(service: 'shop',"
                        + " environment: 'production', stateDirectory: '" + directory.resolve("state")
                        + "') { deploy artifact: 'app', version: '1.0', target: directory('"
                        + directory.resolve("live") + "') } }",
                true));
    }

    @Test
    void aFailingArtifactManagerLeavesAGoodReleaseLiveAndTheBuildUnstable() throws Exception {
        ArtifactManagerConfiguration.get().getArtifactManagerFactories().add(new FailingFactory());

        WorkflowRun run = jenkins.assertBuildStatus(Result.UNSTABLE, job.scheduleBuild2(0));

        jenkins.assertLogContains("could not be archived: the store is on fire", run);
        jenkins.assertLogContains("They are on the host, in " + directory.resolve("state"), run);
        assertThat(directory.resolve("live/page")).hasContent("after");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", live -> live.getVersion());
    }

    @Test
    void aFullDiskOfTheControllerLeavesAGoodReleaseLiveAndTheBuildUnstable() throws Exception {
        Path builds = Files.createDirectories(job.getBuildDir().toPath());
        assumeTrue(
                mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", builds.toString()),
                "only root can mount a small disk");
        try {
            job.setDefinition(new CpsFlowDefinition(
                    "node('host') { sh 'mkdir app && head -c 3000000 /dev/urandom > app/page' ; autoRollback(service: 'shop',"
                            + " environment: 'production', stateDirectory: '" + directory.resolve("state")
                            + "') { deploy artifact: 'app', version: '1.0', target: directory('"
                            + directory.resolve("live") + "') } }",
                    true));

            WorkflowRun run = jenkins.assertBuildStatus(Result.UNSTABLE, job.scheduleBuild2(0));

            jenkins.assertLogContains("could not be archived", run);
            assertThat(directory.resolve("live/page")).hasSize(3_000_000);
            assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.0", live -> live.getVersion());
            String records = "release/"
                    + run.getAction(ReleaseAction.class).getReleases().get(0).getId();
            assertThat(run.getArtifactManager()
                            .root()
                            .child(records + "/release.json")
                            .isFile())
                    .isTrue();
            assertThat(run.getArtifactManager()
                            .root()
                            .child(records + "/content.pack")
                            .exists())
                    .as("half a pack")
                    .isFalse();
        } finally {
            assertThat(mount("umount", "-l", builds.toString())).isTrue();
        }
    }

    private static boolean mount(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    /** Stands for a full disk: what cannot be created there fails in the same place. */
    @Test
    void aHistoryThatCannotBeWrittenEndsInARollbackAndNotInAReleaseThatNobodyDecides() throws Exception {
        Path histories = jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/services");
        Files.createDirectories(histories.getParent());
        Files.writeString(histories, "a file where a directory is to be");

        WorkflowRun run = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));

        jenkins.assertLogContains("services", run);
        assertThat(directory.resolve("live/page")).hasContent("before");
        assertThat(run.getAction(ReleaseAction.class).getReleases())
                .singleElement()
                .returns("ROLLED_BACK", ReleaseEntry::getState);
    }

    public static final class FailingFactory extends ArtifactManagerFactory {
        @Override
        public ArtifactManager managerFor(Run<?, ?> build) {
            return new FailingManager(build);
        }

        @TestExtension
        public static final class DescriptorImpl extends ArtifactManagerFactoryDescriptor {}
    }

    public static final class FailingManager extends ArtifactManager {
        private final transient StandardArtifactManager nothing;

        FailingManager(Run<?, ?> build) {
            nothing = new StandardArtifactManager(build);
        }

        @Override
        public void onLoad(Run<?, ?> build) {
            // Nothing was kept.
        }

        @Override
        public void archive(
                FilePath workspace, Launcher launcher, BuildListener listener, Map<String, String> artifacts)
                throws IOException {
            throw new IOException("the store is on fire");
        }

        @Override
        public boolean delete() {
            return false;
        }

        @Override
        public VirtualFile root() {
            return nothing.root();
        }
    }
}
