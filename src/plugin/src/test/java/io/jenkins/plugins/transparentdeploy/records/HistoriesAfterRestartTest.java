package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** One history that a host or a disk spoiled: the others are there when Jenkins has started, and on the pages. */
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

    private Path history(String service) {
        return controller.getHome().toPath().resolve("transparent-deploy/services/" + service + "/production");
    }

    private static String text(JenkinsRule jenkins, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            return web.goTo(path).asNormalizedText();
        }
    }
}
