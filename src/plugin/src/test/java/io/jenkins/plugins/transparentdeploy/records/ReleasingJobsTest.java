package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A job gets another name while Jenkins remembers a release. */
@WithJenkins
class ReleasingJobsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aJobIsRenamedWhileAReleaseIsRemembered(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        GeneratedRelease release =
                new GeneratedRelease("shop", "production", 1).builtBy("shop", 1).remember();
        synchronized (ReleaseHistory.class) { // as record() does
            assertThat(CompletableFuture.runAsync(() -> rename(job, "store")))
                    .as("who renames does not wait for who remembers a release")
                    .succeedsWithin(SOON);
            assertThat(CompletableFuture.runAsync(
                            () -> ReleasingJobs.get().add("other", ReleaseHistory.of("shop", "production"))))
                    .as("nor the other way round")
                    .succeedsWithin(SOON);
        }
        assertThat(ReleasingJobs.get().historiesOf(job))
                .extracting(ReleaseHistory::getService)
                .containsExactly("shop");
        assertThat(ReleaseHistory.of("shop", "production").summary(release.id()))
                .get()
                .returns("store", ReleaseSummary::getJobName);
    }

    /** However many releases it has: whoever renames waits, and meanwhile nothing could be remembered. */
    @Test
    void toRenameAJobTouchesNoRecord(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        GeneratedRelease release =
                new GeneratedRelease("shop", "production", 1).builtBy("shop", 1).remember();
        Path history = jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/services/shop/production");
        Path record = history.resolve("releases/" + release.id() + ".json");
        String before = Files.readString(record);
        Files.move(record, record.resolveSibling("away"));
        Files.createDirectories(record.resolve("a directory where the file was"));

        job.renameTo("store");
        assertThat(ReleaseHistory.of("shop", "production").jobNames()).containsExactly("store");

        Files.delete(record.resolve("a directory where the file was"));
        Files.delete(record);
        Files.move(record.resolveSibling("away"), record);
        assertThat(record).hasContent(before);
        assertThat(ReleaseHistory.of("shop", "production").find(release.id()))
                .get()
                .returns("store", HistoryEntry::getJobName);
    }

    /** What a deleted branch released stays with the folder that it was in. */
    @Test
    void aFolderIsRenamedWhoseJobIsGone(JenkinsRule jenkins) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "shop");
        FreeStyleProject job = folder.createProject(FreeStyleProject.class, "branch");
        GeneratedRelease gone = new GeneratedRelease("shop", "production", 1)
                .builtBy("shop/gone", 1)
                .remember();
        GeneratedRelease there = new GeneratedRelease("shop", "production", 2)
                .builtBy("shop/branch", 1)
                .remember();
        GeneratedRelease elsewhere = new GeneratedRelease("shop", "production", 3)
                .builtBy("shopping/branch", 1)
                .remember();

        folder.renameTo("store");

        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        assertThat(history.summary(gone.id())).get().returns("store/gone", ReleaseSummary::getJobName);
        assertThat(history.summary(there.id())).get().returns("store/branch", ReleaseSummary::getJobName);
        assertThat(history.summary(elsewhere.id())).get().returns("shopping/branch", ReleaseSummary::getJobName);
        assertThat(ReleasingJobs.get().historiesOf(job)).hasSize(1);
        assertThat(ReleasingJobs.get().hasReleasedBelow("store")).isTrue();
        assertThat(ReleasingJobs.get().hasReleasedBelow("shop")).isFalse();
    }

    /** What lives on an agent is still found there. */
    @Test
    void anAgentIsRenamed(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createSlave("old", "host", null);
        String id = new GeneratedRelease("shop", "production", 1)
                .builtBy("shop", 1)
                .remember()
                .id();
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        history.record(new RunRequest("deploy", "old", null), history.find(id).orElseThrow());
        DumbSlave renamed = new DumbSlave("new", agent.getRemoteFS(), agent.getLauncher());

        jenkins.jenkins.getNodesObject().replaceNode(agent, renamed);

        assertThat(history.place()).get().returns("new", Place::node);
    }

    private static void rename(FreeStyleProject job, String name) {
        try {
            job.renameTo(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
