package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tdeploy pause}, {@code resume}, {@code promote} and {@code abort}, on a release that runs by itself. */
class StepCommandsTest {
    @TempDir
    private Path directory;

    private Terminal terminal;

    @BeforeEach
    void service() throws IOException {
        terminal = new Terminal(directory);
        terminal.artifacts("one", "two");
        for (String instance : new String[] {"a", "b"}) {
            Files.createDirectories(directory.resolve("live").resolve(instance));
        }
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: "%s/live/{instance}"}
                    instances: {a: {}, b: {}}
                    strategy: {rolling: {pause: 10m}}
                """
                        .formatted(directory));
    }

    private String live(String instance) throws IOException {
        return Files.readString(directory.resolve("live").resolve(instance).resolve("app"));
    }

    private Path start() throws Exception {
        terminal.tdeploy("deploy", "-a", "one", "-r", "1", "--set", "strategy=recreate");
        String run = terminal.tdeploy("deploy", "-a", "two", "-r", "2", "--detach")
                .out()
                .strip();
        return directory.resolve("state/runs").resolve(run);
    }

    private static void awaitTold(Path run, String what) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(run.resolve("events.jsonl"))
                        && Files.readString(run.resolve("events.jsonl")).contains(what));
    }

    @Test
    void thePlanShowsTheSteps() throws Exception {
        assertThat(terminal.tdeploy("plan", "-a", "one").out())
                .contains("step 1: replace a, wait 600 s")
                .contains("step 2: replace b");
    }

    @Test
    void aWaitIsSkippedAndWhoDidIsTold() throws Exception {
        Path run = start();
        awaitTold(run, "wait 600 s");
        assertThat(live("a")).isEqualTo("two");
        assertThat(live("b")).isEqualTo("one");
        assertThat(terminal.tdeploy("pause", "--reason", "lunch").exitCode()).isZero();
        awaitTold(run, "paused by");
        assertThat(terminal.tdeploy("resume").exitCode()).isZero();
        awaitTold(run, "resumed by");
        assertThat(terminal.tdeploy("promote", "--reason", "it is fine").out()).contains("go on to the next step");
        assertThat(terminal.tdeploy("attach").exitCode()).isZero();
        assertThat(live("b")).isEqualTo("two");
        assertThat(terminal.tdeploy("journal").out())
                .contains("paused by")
                .contains("lunch")
                .contains("promoted by")
                .contains("it is fine");
    }

    @Test
    void anAbortEndsTheWaitAndTheReleaseIsTakenBack() throws Exception {
        Path run = start();
        awaitTold(run, "wait 600 s");
        terminal.tdeploy("abort", "--reason", "no");
        assertThat(terminal.tdeploy("attach").exitCode()).isEqualTo(1);
        assertThat(live("a")).isEqualTo("one");
    }

    /** A request that nobody would look at any more is refused, and does not wait for the next release. */
    @Test
    void afterItsLastStepAReleaseIsNotPausedNorOnItsWayBack() throws Exception {
        terminal.tdeploy("deploy", "-a", "one", "-r", "1", "--set", "strategy=recreate");
        Path gate = directory.resolve("gate");
        Path run = detached(
                "run",
                "smokeTest={retries: 0, timeout: 3m, checks: [{command: [sh, -c, 'until test -e " + gate
                        + "; do sleep 0.1; done; exit 1'], timeout: 2m}]}");
        awaitTold(run, "VERIFYING");
        assertThatStepsAreRefused("Release 2 of shop/production has taken its last step and is VERIFYING");

        Path back = directory.resolve("back");
        Files.createFile(gate);
        terminal.tdeploy("attach");
        Path rollback = detached(
                "run",
                "smokeTest={retries: 0, checks: [{command: ['false']}]}",
                "hooks={beforeRollback: [{name: wait, shell: 'until test -e " + back + "; do sleep 0.1; done'}]}");
        awaitTold(rollback, "ROLLING_BACK");
        assertThatStepsAreRefused("is going back to an earlier release, and that neither waits nor pauses");
        Files.createFile(back);
        assertThat(terminal.tdeploy("attach").exitCode()).isEqualTo(1);
        assertThat(live("a")).isEqualTo("one");
    }

    private Path detached(String command, String... settings) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of(command, "-a", "two", "-r", "2", "--detach", "--set", "strategy=recreate", "--set"));
        arguments.add("freezeAfterRollback=false");
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        Terminal.Output started = terminal.tdeploy(arguments.toArray(String[]::new));
        assertThat(started.exitCode()).as(started.toString()).isZero();
        return directory.resolve("state/runs").resolve(started.out().strip());
    }

    private void assertThatStepsAreRefused(String why) throws Exception {
        for (String command : new String[] {"pause", "resume", "promote"}) {
            Terminal.Output refused = terminal.tdeploy(command);
            assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
            assertThat(refused.err()).contains(why);
            assertThat(directory.resolve("state/services/shop/production/" + command + ".json"))
                    .doesNotExist();
        }
    }

    @Test
    void withoutAReleaseThereIsNothingToPause() throws Exception {
        for (String command : new String[] {"pause", "resume", "promote"}) {
            Terminal.Output refused = terminal.tdeploy(command);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).contains("Nothing is running for shop/production");
        }
    }

    /** Whoever holds the lock next would forget it, and the release of the night would not wait. */
    @Test
    void whatHasNoStepsIsNotAskedToPause() throws Exception {
        terminal.tdeploy("deploy", "-a", "one", "-r", "1", "--set", "strategy=recreate");
        EnvironmentDirectory environment =
                StateDirectory.open(directory.resolve("state")).environment("shop", "production");
        for (String verb : new String[] {"scale", "converge", "smokeTest", "rollback"}) {
            try (ProcessLock lock = ProcessLock.tryAcquire(
                    environment.lock(), Holder.thisProcess("the timer", verb, Clock.systemUTC()))) {
                Terminal.Output refused = terminal.tdeploy("pause", "--reason", "before the night");
                assertThat(refused.exitCode()).as(lock.toString()).isEqualTo(2);
                assertThat(refused.err()).contains("What runs there is '" + verb + "', which has no steps");
            }
        }
        try (ProcessLock lock = ProcessLock.tryAcquire(
                environment.lock(), Holder.thisProcess("jenkins", "deploy", Clock.systemUTC()))) {
            assertThat(terminal.tdeploy("pause").exitCode()).as(lock.toString()).isZero();
        }
    }
}
