package io.jenkins.plugins.transparentdeploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The controller dies around a submission; what it had kept before that look is all that the next one knows. */
@WithJenkins
class RunFollowerTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Consumer<String> LOG = line -> {};

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Path page;
    private RunFollower follower;

    /** What is released is not ready before a file is there. */
    @BeforeEach
    void aRequest(@SuppressWarnings("unused") JenkinsRule jenkins) throws IOException {
        page = Files.createDirectories(directory.resolve("live")).resolve("page");
        Path artifact = Files.createDirectories(directory.resolve("app"));
        Files.writeString(artifact.resolve("page"), "new");
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: "DIRECTORY/live"}
                    ready: {timeout: 3600s, command: [sh, -c, "until test -e DIRECTORY/gate; do sleep 0.1; done"]}
                """
                        .replace("DIRECTORY", directory.toString()));
        follower = new RunFollower(request("1.1"));
    }

    private RunRequest request(String version) {
        return new RunRequest("deploy", "", directory.resolve("state").toString())
                .with("service", "shop")
                .with("environment", "production")
                .with(
                        "serviceFile",
                        directory.resolve("transparent-deploy.yaml").toString())
                .with("actor", Map.of("who", "alice", "via", "test"))
                .with("artifact", directory.resolve("app").toString())
                .with("version", version);
    }

    @Test
    void whatWasBegunIsStoppedAndNotTakenForUntouched() throws Exception {
        RunFollower kept = copy(follower);
        while (!Files.exists(directory.resolve("state/runs"))) {
            kept = copy(follower);
            assertThat(follower.advance(LOG)).isEmpty();
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(page).hasContent("new"));

        kept.requestStop("alice", "not tonight");

        RunResult end = end(kept);
        assertThat(end.outcome()).as(end.message()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(end.message()).contains("not tonight");
        assertThat(page).doesNotExist();
    }

    @Test
    void whatWasNotBegunIsNotBegunToBeStopped() throws Exception {
        assertThat(follower.advance(LOG)).isEmpty();
        assertThat(follower.isSubmitted()).isTrue();
        RunFollower kept = copy(follower);

        kept.requestStop("alice", "not tonight");

        RunResult end = end(kept);
        assertThat(end.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(end.message()).contains("Stopped before anything was touched", "not tonight");
        assertThat(directory.resolve("state/runs")).doesNotExist();
    }

    @Test
    void whoseAgentIsNotThereAndWhoHasBegunNothingIsStoppedAtOnce() throws Exception {
        RunFollower waiting = new RunFollower(
                new RunRequest("rollback", "gone", null).with("service", "shop").with("environment", "production"));
        assertThat(waiting.advance(LOG)).isEmpty();
        assertThat(waiting.isWaitingForAgent()).isTrue();
        assertThat(waiting.mayBeUnderWay()).isFalse();

        waiting.requestStop("alice", "not tonight");

        assertThat(waiting.advance(LOG)).get().returns(Outcome.REFUSED, RunResult::outcome);
    }

    /** As its process starts, too, when there is nobody yet who could be asked. */
    @Test
    void whatWasStoppedTheMomentItWasBegunIsStopped() throws Exception {
        while (!follower.mayBeUnderWay()) {
            assertThat(follower.advance(LOG)).isEmpty();
        }
        follower.requestStop("alice", "not tonight");

        RunResult end = end(follower);
        assertThat(end.outcome()).as(end.message()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(page).doesNotExist();
    }

    /** Its host then tells what is live, which is another release: nobody may take that for the one that was asked for. */
    @Test
    void whatDiedBeforeItHadBegunAReleaseHasNotSucceeded() throws Exception {
        Files.createFile(directory.resolve("gate"));
        assertThat(end(follower).outcome()).isEqualTo(Outcome.SUCCEEDED);
        Path store = directory.resolve("state/store/staging");
        RunFollower next = new RunFollower(request("1.2"));
        Files.writeString(directory.resolve("app/page"), "newer");
        try (FileChannel lock =
                FileChannel.open(store.resolve(".alone"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock(); // as tdeploy prune does: whoever wants to store a snapshot waits
            await().atMost(LONG).until(() -> next.advance(LOG).isEmpty() && next.mayBeUnderWay());
            ProcessHandle.of(worker()).orElseThrow().destroyForcibly();
        }
        RunResult end = end(next);
        assertThat(end.outcome()).as(end.message()).isEqualTo(Outcome.ERROR);
        assertThat(end.message()).contains("before it had begun a release", "nothing was changed");
        assertThat(page).hasContent("new");
    }

    /** Of the run that has not come to its end. */
    private long worker() throws IOException {
        Path runs = directory.resolve("state/runs");
        Path underWay = await().atMost(LONG)
                .until(
                        () -> {
                            try (Stream<Path> all = Files.list(runs)) {
                                return all.filter(run -> !Files.exists(run.resolve("result.json")))
                                        .map(run -> run.resolve("process.json"))
                                        .filter(Files::exists)
                                        .findFirst();
                            }
                        },
                        Optional::isPresent)
                .orElseThrow();
        return new ObjectMapper().readTree(underWay.toFile()).path("pid").asLong();
    }

    private static RunResult end(RunFollower follower) {
        return await().atMost(LONG)
                .until(() -> follower.advance(LOG), Optional::isPresent)
                .orElseThrow();
    }

    /** As it is kept on the controller's disk. */
    private static RunFollower copy(RunFollower follower) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(follower);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (RunFollower) in.readObject();
        }
    }
}
