package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.Util;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * Jenkins starts with what an earlier version of the plugin left behind, as after an update: its builds and its history are
 * there, a build that was under way comes to its end, and what was released then can be gone back to. Records name
 * absolute paths, so the host's files lie where they lay; a lock keeps two runs of this test apart.
 */
class ReleasedVersionsTest {
    private static final Path HOST = Path.of("/tmp/transparent-deploy-released");
    private static final Path RELEASED = Path.of("src", "test", "resources", "released", "92f856b");

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension().withTimeout(0);

    private FileChannel lock;

    @BeforeEach
    void unpack() throws Exception {
        lock = FileChannel.open(
                HOST.resolveSibling(HOST.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        Util.deleteRecursive(HOST.toFile());
        unpack("host.tar.gz", new File("/tmp"));
        unpack("home.tar.gz", controller.getHome());
    }

    private static void unpack(String archive, File directory) throws Exception {
        Process tar = new ProcessBuilder(
                        "tar", "-xzf", RELEASED.resolve(archive).toString(), "-C", directory.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).as(archive).isZero();
    }

    @AfterEach
    void remove() throws IOException {
        Util.deleteRecursive(HOST.toFile());
        lock.close();
    }

    @Test
    void whatAnEarlierVersionLeftIsTakenUp() throws Throwable {
        controller.startJenkins();
        controller.runRemotely(ReleasedVersionsTest::buildsAndHistoryAreThere);
        assertThat(HOST.resolve("live/page")).hasContent("open one");
        controller.runRemotely(ReleasedVersionsTest::anEarlierReleaseComesBack);
        assertThat(HOST.resolve("live/page")).hasContent("open two");
    }

    private static void buildsAndHistoryAreThere(JenkinsRule jenkins) throws Exception {
        WorkflowJob job = jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
        WorkflowRun underWay = jenkins.waitForCompletion(job.getBuildByNumber(5));
        jenkins.assertBuildStatus(Result.FAILURE, underWay);
        jenkins.assertLogContains("tdeploy ended without a result; recovering what it was doing", underWay);

        String[] versions = {"1.0", "1.1", "1.2", "1.0", "1.3"};
        for (int number = 1; number <= versions.length; number++) {
            assertThat(job.getBuildByNumber(number)
                            .getAction(ReleaseAction.class)
                            .getReleases())
                    .as("build %d", number)
                    .singleElement()
                    .returns(versions[number - 1], release -> release.getVersion());
        }
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        assertThat(history.live()).get().returns("1.0", ReleaseSummary::getVersion);
        assertThat(history.newestFirst())
                .extracting(ReleaseSummary::getVersion)
                .containsSubsequence("1.3", "1.0", "1.2", "1.1", "1.0");
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            assertThat(web.getPage(job, "releases/").asNormalizedText()).contains("1.0", "1.1", "1.2");
            for (int number = 1; number <= versions.length; number++) {
                assertThat(web.getPage(job.getBuildByNumber(number), "release/").asNormalizedText())
                        .contains(versions[number - 1]);
            }
        }
    }

    private static void anEarlierReleaseComesBack(JenkinsRule jenkins) throws Exception {
        String second = ReleaseHistory.of("shop", "production").newestFirst().stream()
                .filter(release -> release.getVersion().equals("1.1"))
                .findFirst()
                .orElseThrow()
                .getId();
        WorkflowJob job = jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "rollback service: 'shop', environment: 'production', to: '" + second + "'", true));
        jenkins.buildAndAssertSuccess(job);
    }
}
