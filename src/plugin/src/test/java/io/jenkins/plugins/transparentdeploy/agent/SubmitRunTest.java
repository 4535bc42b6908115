package io.jenkins.plugins.transparentdeploy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent goes down between the beginning of a run and the note of it: the run is never begun twice. */
class SubmitRunTest {
    private static final String KEY = "f2a9c1c0-5d0e-4a53-8a51-6f3f7e0c9a11";

    @TempDir
    private Path state;

    private Path submission;
    private Path run;

    @BeforeEach
    void setUp() throws IOException {
        submission = Files.createDirectories(state.resolve("submissions")).resolve(KEY);
        aRun("20261129T120000000Z-00000001", "another key");
        run = aRun("20261129T110000000Z-00000002", KEY);
    }

    @Test
    void aRunWhoseSubmissionWasCutOffIsFoundByItsKey() throws IOException {
        Files.createFile(submission);
        Files.writeString(run.resolve("process.json"), "{}");

        assertThat(submit())
                .returns(run.toString(), SubmitRun.Reply::directory)
                .returns("shop", SubmitRun.Reply::service);
        assertThat(submission).hasContent(run.toString());
    }

    @Test
    void oneThatMayStillBeStartedIsWaitedForAndThenLeftToRecovery() throws IOException {
        Files.createFile(submission);
        assertThat(submit()).returns(null, SubmitRun.Reply::directory).returns(0, SubmitRun.Reply::exitCode);

        age(Duration.ofMinutes(2));
        assertThat(submit().directory()).isEqualTo(run.toString());
    }

    @Test
    void oneWhoseSubmissionIsKilledAfterItHadBegunIsFollowed() throws IOException {
        assertThat(submit().directory()).isEqualTo(run.toString());
    }

    @Test
    void whatNeverBeganIsSubmittedAnewAfterAWhile() throws IOException {
        Files.delete(run.resolve("request.json"));
        Files.createFile(submission);
        age(Duration.ofMinutes(2));
        assertThat(submit().exitCode()).isZero();
        assertThat(submission).exists();

        age(Duration.ofMinutes(6));
        assertThat(submit().exitCode()).isZero();
        assertThat(submission).doesNotExist();
        assertThat(submit().exitCode())
                .as("it is tried, and there is no such program")
                .isNotZero();
    }

    @Test
    void whatIsOnlyLookedForIsNotBegun() throws IOException {
        Files.delete(run.resolve("request.json"));
        assertThat(submit(false).exitCode()).isEqualTo(SubmitRun.Reply.NOT_BEGUN);
        assertThat(submission).doesNotExist();

        Files.createFile(submission);
        Files.writeString(submission, run.toString());
        Files.writeString(run.resolve("request.json"), "{\"service\": \"shop\"}");
        assertThat(submit(false).directory()).isEqualTo(run.toString());
    }

    private void age(Duration age) throws IOException {
        Files.setLastModifiedTime(submission, FileTime.from(Instant.now().minus(age)));
    }

    private SubmitRun.Reply submit() throws IOException {
        return submit(true);
    }

    private SubmitRun.Reply submit(boolean begin) throws IOException {
        return new SubmitRun(state.resolve("no.jar").toString(), state.toString(), KEY, "{}", Variables.none(), begin)
                .call();
    }

    private Path aRun(String id, String key) throws IOException {
        Path directory = Files.createDirectories(state.resolve("runs").resolve(id));
        Files.writeString(
                directory.resolve("request.json"),
                "{\n  \"service\" : \"shop\",\n  \"submission\" : \"" + key + "\"\n}");
        return directory;
    }
}
