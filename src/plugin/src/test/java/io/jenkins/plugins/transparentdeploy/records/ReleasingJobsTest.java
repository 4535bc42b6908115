package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
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
        CompletableFuture<Void> renaming;
        synchronized (ReleaseHistory.class) { // as record() does
            renaming = CompletableFuture.runAsync(() -> rename(job, "store"));
            long here = Thread.currentThread().getId();
            await().atMost(SOON).until(() -> isAnybodyWaitingFor(here));
            CompletableFuture<Void> remembering = CompletableFuture.runAsync(
                    () -> ReleasingJobs.get().add("other", ReleaseHistory.of("shop", "production")));
            assertThat(remembering)
                    .as("who remembers a release does not wait for who renames")
                    .succeedsWithin(SOON);
        }
        assertThat(renaming).succeedsWithin(SOON);
        assertThat(ReleasingJobs.get().historiesOf(job))
                .extracting(ReleaseHistory::getService)
                .containsExactly("shop");
        assertThat(ReleaseHistory.of("shop", "production").summary(release.id()))
                .get()
                .returns("store", ReleaseSummary::getJobName);
    }

    private static void rename(FreeStyleProject job, String name) {
        try {
            job.renameTo(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAnybodyWaitingFor(long thread) {
        for (ThreadInfo info : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
            if (info.getLockOwnerId() == thread) {
                return true;
            }
        }
        return false;
    }
}
