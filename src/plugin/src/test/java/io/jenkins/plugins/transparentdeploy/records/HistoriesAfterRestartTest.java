package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import io.jenkins.plugins.transparentdeploy.agent.HostKey;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** What is there of histories when Jenkins has started, also if a host or a disk spoiled one of them. */
class HistoriesAfterRestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension controller = new JenkinsSessionExtension();

    @Test
    void aHistoryThatIsSpoiledHidesNoOther() throws Throwable {
        new GeneratedRelease("shop", "production", 1).builtBy("shop", 1).writeTo(history("shop"));
        new GeneratedRelease("clock", "production", 2).builtBy("shop", 2).writeTo(history("clock"));
        new GeneratedRelease("clock", "production", 3)
                .at("+999999999-12-31T23:59:59Z")
                .builtBy("shop", 3)
                .writeTo(history("clock"));
        Path spoiled = new GeneratedRelease("vault", "production", 4)
                .builtBy("shop", 4)
                .writeTo(history("vault"));
        Files.delete(spoiled);
        Files.createDirectories(spoiled); // cannot be read, whoever asks

        try (LogRecorder log = new LogRecorder()
                .recordPackage(ReleaseHistory.class, Level.WARNING)
                .capture(100)) {
            controller.then(jenkins -> {
                WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
                assertThat(ReleasingJobs.get().historiesOf(job))
                        .extracting(ReleaseHistory::getService)
                        .containsExactly("clock", "shop");
                assertThat(ReleaseHistory.of("clock", "production").newestFirst())
                        .extracting(ReleaseSummary::getVersion)
                        .containsExactly("1.3", "1.2");
                for (String page : List.of("deployments/", job.getUrl() + "releases/")) {
                    assertThat(text(jenkins, page)).as(page).contains("1.1").contains("1.3");
                }
                assertThat(log.getMessages())
                        .as("what is wrong, where, and the cure")
                        .anySatisfy(message ->
                                assertThat(message).contains(spoiled.toString()).contains("backup"));
            });
        }
    }

    /** Of records of whatever version; what another job of the old name released since is that one's. */
    @Test
    void jobsAndFoldersStayRenamed() throws Throwable {
        new GeneratedRelease("shop", "production", 1).builtBy("team/shop", 1).writeTo(history("shop"));
        controller.then(jenkins -> {
            Folder team = jenkins.createProject(Folder.class, "team");
            WorkflowJob shop = team.createProject(WorkflowJob.class, "shop");
            ReleaseHistory.of("shop", "production")
                    .record(
                            new RunRequest("deploy", "", null).reachingHostsWith(new HostKey("key", "team/shop", null)),
                            entry(2, shop));
            shop.renameTo("store");
            team.renameTo("crew");
            WorkflowJob namesake = jenkins.createProject(Folder.class, "team").createProject(WorkflowJob.class, "shop");
            ReleaseHistory.of("shop", "production").record(new RunRequest("rollback", "", null), entry(3, namesake));
            assertRenamed();
        });
        controller.then(jenkins -> {
            assertRenamed();
            Files.delete(history("shop").resolve("index.jsonl"));
        });
        controller.then(jenkins -> {
            assertRenamed();
            jenkins.jenkins.getItemByFullName("crew", Folder.class).renameTo("people");
            assertThat(ReleaseHistory.of("shop", "production").jobNames()).containsExactly("people/store", "team/shop");
        });
    }

    private static HistoryEntry entry(int number, WorkflowJob job) throws Exception {
        job.setDefinition(new CpsFlowDefinition("", true));
        WorkflowRun build = job.scheduleBuild2(0).get();
        return HistoryEntry.of(new GeneratedRelease("shop", "production", number).release(), build, null);
    }

    private static void assertRenamed() {
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        assertThat(history.newestFirst())
                .extracting(ReleaseSummary::getJobName)
                .containsExactly("team/shop", "crew/store", "crew/store");
        assertThat(history.newestFirst())
                .extracting(
                        release -> history.find(release.getId()).orElseThrow().getJobName())
                .containsExactly("team/shop", "crew/store", "crew/store");
        assertThat(history.place().orElseThrow().hostKey().jobName()).isEqualTo("crew/store");
        assertThat(ReleasingJobs.get().hasReleasedBelow("crew")).isTrue();
    }

    private Path history(String service) {
        return controller.getHome().toPath().resolve("transparent-deploy/services/" + service + "/production");
    }

    private static String text(JenkinsRule jenkins, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            return web.goTo(path).asNormalizedText();
        }
    }
}
