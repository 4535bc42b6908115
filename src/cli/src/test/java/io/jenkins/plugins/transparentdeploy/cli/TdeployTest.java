package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** tdeploy as its users run it: processes, exit codes, what they print. */
class TdeployTest {
    @TempDir
    private Path directory;

    private Terminal terminal;

    @BeforeEach
    void service() throws IOException {
        terminal = new Terminal(directory);
        Files.createDirectories(directory.resolve("live"));
        terminal.artifacts("one", "two", "bad");
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: %s/live}
                    smokeTest:
                      retries: 0
                      checks:
                        - command: [sh, -c, "! grep -q bad %s/live/app"]
                          name: not bad
                """
                        .formatted(directory, directory));
    }

    private String live() throws IOException {
        return Files.readString(directory.resolve("live/app"));
    }

    @Test
    void aReleaseAndTheWayBack() throws Exception {
        assertThat(terminal.tdeploy("run", "-a", "one", "-r", "1").exitCode()).isZero();
        Terminal.Output second = terminal.tdeploy("run", "-a", "two", "-r", "2");
        assertThat(second.exitCode()).isZero();
        assertThat(second.out())
                .contains("● SNAPSHOTTED")
                .contains("● SUCCEEDED")
                .contains("Records: ");
        assertThat(live()).isEqualTo("two");

        Terminal.Output preview = terminal.tdeploy("plan", "--rollback");
        assertThat(preview.exitCode()).isZero();
        assertThat(preview.out())
                .contains("shop/production: back from 2 to 1 of")
                .contains("~ app")
                .contains("Nothing was touched.");
        assertThat(terminal.tdeploy("plan", "--rollback", "--to", "3", "--json")
                        .json()
                        .path("refused"))
                .hasSize(1);
        assertThat(live()).isEqualTo("two");

        Terminal.Output back = terminal.tdeploy("rollback", "--reason", "orders fail");
        assertThat(back.exitCode()).isZero();
        assertThat(back.out()).containsPattern("(?m)^Rolled back to 1 in [0-9.]+ s: orders fail$");
        assertThat(live()).isEqualTo("one");

        String id = second.out().replaceAll("(?s).*Records: \\S*/([^/\\s]+)\\s.*", "$1");
        assertThat(terminal.tdeploy("history", "--release", id).out())
                .contains("analyse ", "optimise", "monitor", "SUCCEEDED");
        assertThat(terminal.tdeploy("history", "--release", "no-such").err()).contains("There is no release 'no-such'");
        assertThat(terminal.tdeploy("history").out())
                .containsPattern("▶ .* deployment .* 1 .* SUCCEEDED")
                .containsPattern(" rollback .* 1 .* ROLLED_BACK")
                .contains("known bad: rolled back by");
        assertThat(terminal.tdeploy("status").out()).contains("shop/production").contains("live: 1");
        assertThat(terminal.tdeploy("journal", "verify").exitCode()).isZero();
        assertThat(terminal.tdeploy("verify").exitCode()).isZero();
        assertThat(terminal.tdeploy("attach").out()).isEqualTo(back.out());
    }

    @Test
    void aBadReleaseEndsWithExitCodeOneAndTheOldOneLive() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        Terminal.Output bad = terminal.tdeploy("run", "-a", "bad", "--json");
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.json().path("outcome").asText()).isEqualTo("ROLLED_BACK");
        assertThat(bad.json().path("message").asText())
                .matches("bad was rolled back to 1 in [0-9.]+ s: smoke test failed: not bad: .*");
        assertThat(bad.json().at("/release/incident/verified").asText()).isNotEmpty();
        assertThat(live()).isEqualTo("one");
    }

    @Test
    void anEnvironmentIsFrozenByARollbackAndOpenedByAPerson() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        terminal.tdeploy("run", "-a", "bad");
        Terminal.Output refused = terminal.tdeploy("run", "-a", "two", "-r", "2");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("shop/production is frozen since").contains("tdeploy unfreeze");
        assertThat(terminal.tdeploy("plan", "-a", "two").err()).contains("is frozen since");
        assertThat(terminal.tdeploy("status").out()).contains("frozen by");
        assertThat(terminal.tdeploy("deploy", "-a", "two", "--despite-freeze").err())
                .contains("needs a reason");

        assertThat(terminal.tdeploy("unfreeze", "--reason", "looked at it").out())
                .startsWith("shop/production is opened again by");
        assertThat(terminal.tdeploy("run", "-a", "two", "-r", "2").exitCode()).isZero();
        assertThat(terminal.tdeploy("unfreeze").out()).contains("is not frozen");
        assertThat(terminal.tdeploy("freeze").exitCode())
                .as("a reason is wanted")
                .isEqualTo(2);
        assertThat(terminal.tdeploy("freeze", "--reason", "holidays", "--who", "bob")
                        .exitCode())
                .isZero();
        assertThat(terminal.tdeploy("run", "-a", "one").err()).contains("by bob: holidays");
        assertThat(terminal.tdeploy("journal").out()).contains("frozen by").contains("opened again by");

        Path file = Files.writeString(directory.resolve("not-for-you"), "content of a file");
        terminal.tdeploy("freeze", "--reason", "@" + file);
        assertThat(terminal.tdeploy("run", "-a", "one").err())
                .as("a reason is a text, whatever it begins with")
                .contains("@" + file)
                .doesNotContain("content of a file");
    }

    @Test
    void aHeldReleaseIsTestedAndCompleted() throws Exception {
        assertThat(terminal.tdeploy("deploy", "--hold", "-a", "one", "-r", "1", "--json")
                        .json()
                        .path("outcome")
                        .asText())
                .isEqualTo("HELD");
        Terminal.Output refused = terminal.tdeploy("deploy", "-a", "two");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).contains("is still being verified").contains("tdeploy rollback");
        assertThat(terminal.tdeploy("smoke-test").exitCode()).isZero();
        assertThat(terminal.tdeploy("complete").exitCode()).isZero();
        assertThat(live()).isEqualTo("one");
    }

    @Test
    void aFailingSmokeTestHasAnExitCodeOfItsOwnAndChangesNothing() throws Exception {
        terminal.tdeploy("deploy", "-a", "bad");
        Terminal.Output failed = terminal.tdeploy("smoke-test");
        assertThat(failed.exitCode()).isEqualTo(4);
        assertThat(failed.out()).contains("not bad");
        assertThat(live()).isEqualTo("bad");
    }

    @Test
    void planTouchesNothing() throws Exception {
        Terminal.Output plan = terminal.tdeploy("plan", "-a", "one");
        assertThat(plan.exitCode()).isZero();
        assertThat(plan.out()).contains("strategy recreate").contains("app").contains("Nothing was touched.");
        assertThat(directory.resolve("live")).isEmptyDirectory();
        assertThat(terminal.tdeploy("history").out()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedWithExitCodeTwo() throws Exception {
        Terminal.Output missing = terminal.tdeploy("run", "-a", "nowhere.tar.gz");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.out()).contains("nowhere.tar.gz");
        assertThat(terminal.tdeploy("rollback").exitCode()).isEqualTo(2);
        assertThat(terminal.tdeploy("deploy").exitCode()).isEqualTo(2);
        assertThat(terminal.tdeploy("plan", "-a", "one", "-e", "prod").err()).contains("Known are: production");
        assertThat(terminal.tdeploy("plan", "-a", "one", "--set", "strategy=roling")
                        .err())
                .contains("Did you mean 'rolling'?");
        assertThat(terminal.tdeploy("recover").err()).contains("No release of shop/production is known");
    }

    @Test
    void theTemplateThatInitWritesIsReadAndNeverOverwritten() throws Exception {
        assertThat(terminal.tdeploy("init", "-f", "mine.yaml", "-s", "shop").exitCode())
                .isZero();
        Terminal.Output again = terminal.tdeploy("init", "-f", "mine.yaml");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("mine.yaml is there already");
        Terminal.Output plan = terminal.tdeploy("plan", "-f", "mine.yaml", "-a", "one");
        assertThat(plan.exitCode()).isEqualTo(2);
        assertThat(plan.err()).contains("/srv/shop");
    }

    @Test
    void theWorkerOutlivesItsStarterAndIsFoundAgain() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        Terminal.Output detached = terminal.tdeploy(
                "deploy", "-a", "two", "-r", "2", "--detach", "--set", "ready={command: [sleep, '1']}");
        String run = detached.out().strip();
        assertThat(terminal.tdeploy("attach", run).exitCode()).isZero();
        assertThat(live()).isEqualTo("two");
    }

    @Test
    void aKilledWorkerIsNoticedAndItsReleaseTakenBack() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        String run = terminal.tdeploy(
                        "deploy",
                        "-a",
                        "two",
                        "-r",
                        "2",
                        "--detach",
                        "--set",
                        "ready={command: [sleep, '60'], timeout: 90s, attemptTimeout: 80s}")
                .out()
                .strip();
        Path files = directory.resolve("state/runs").resolve(run);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> live().equals("two"));
        long pid = Json.MAPPER
                .readTree(files.resolve("process.json").toFile())
                .path("pid")
                .asLong();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Terminal.Output attached = terminal.tdeploy("attach", run);
        assertThat(attached.exitCode()).isEqualTo(5);
        assertThat(attached.out()).contains("tdeploy recover");
        assertThat(terminal.tdeploy("status").out()).contains("interrupted");
        Terminal.Output recovered = terminal.tdeploy("recover");
        assertThat(recovered.exitCode()).isEqualTo(1);
        assertThat(live()).isEqualTo("one");
    }

    @Test
    void aRollbackThatNeverEndsIsGivenUpAndTriedAgain() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1", "--set", "process={start: ['true'], stop: ['true']}");
        terminal.tdeploy(
                "run",
                "-a",
                "two",
                "-r",
                "2",
                "--set",
                "process={start: ['true'], stop: [sh, -c, 'test -e ../gate || exec sleep 600'], stopTimeout: 1h}");
        String run = terminal.tdeploy("rollback", "--detach").out().strip();
        Path events = directory.resolve("state/runs").resolve(run).resolve("events.jsonl");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(events) && Files.readString(events).contains("\"act\":\"stop\""));

        Terminal.Output asked = terminal.tdeploy("abort");
        assertThat(asked.exitCode()).isEqualTo(2);
        assertThat(asked.err()).contains("is rolling back since").contains("tdeploy abort --force");

        Terminal.Output ended = terminal.tdeploy("abort", "--force", "--reason", "it hangs");
        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.out()).contains("The rollback to 1 was given up");
        Terminal.Output watched = terminal.tdeploy("attach", run);
        assertThat(watched.exitCode()).isEqualTo(3);
        assertThat(watched.out())
                .contains("The rollback to 1 failed: aborted by")
                .contains("it hangs");

        Files.createFile(directory.resolve("gate"));
        assertThat(terminal.tdeploy("rollback").exitCode()).isZero();
        assertThat(live()).isEqualTo("one");
    }

    @Test
    void whatIsLiveInOneEnvironmentIsPromotedToAnother() throws Exception {
        Files.createDirectories(directory.resolve("staging"));
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                "  staging:\n    target: {directory: " + directory + "/staging}\n",
                StandardOpenOption.APPEND);
        terminal.tdeploy("run", "-e", "staging", "-a", "one", "-r", "1.4.2", "--commit", "4f2a9c1");
        Terminal.Output plan = terminal.tdeploy("plan", "-e", "production", "--from", "staging");
        assertThat(plan.out()).contains("version 1.4.2").contains("Nothing was touched.");
        Terminal.Output promoted = terminal.tdeploy("run", "-e", "production", "--from", "staging", "--json");
        assertThat(promoted.exitCode()).isZero();
        assertThat(promoted.json().at("/release/version").asText()).isEqualTo("1.4.2");
        assertThat(promoted.json().at("/release/commit").asText()).isEqualTo("4f2a9c1");
        assertThat(promoted.json().at("/release/promotedFrom/environment").asText())
                .isEqualTo("staging");
        assertThat(live()).isEqualTo("one");
        Terminal.Output both = terminal.tdeploy("run", "-e", "production", "--from", "staging", "-a", "one");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("Give one of --artifact, --from and --from-records");
    }

    @Test
    void programsSubmitRequests() throws Exception {
        String request = Json.MAPPER.writeValueAsString(Map.of(
                "command",
                "run",
                "environment",
                "production",
                "serviceFile",
                directory.resolve("transparent-deploy.yaml").toString(),
                "artifact",
                directory.resolve("one").toString(),
                "version",
                "1",
                "actor",
                Map.of("who", "alice", "via", "test")));
        Terminal.Output submitted = terminal.tdeploy(request, new String[] {"submit"});
        Path run = Path.of(submitted.json().path("directory").asText());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(run.resolve("result.json")));
        assertThat(Json.MAPPER
                        .readTree(run.resolve("result.json").toFile())
                        .path("outcome")
                        .asText())
                .isEqualTo("SUCCEEDED");
        assertThat(run.resolve("events.jsonl")).isNotEmptyFile();
        terminal.tdeploy("freeze", "--reason", "holidays");
        Terminal.Output frozen = terminal.tdeploy(request, new String[] {"submit"});
        assertThat(frozen.exitCode()).isEqualTo(2);
        assertThat(frozen.json().path("error").asText()).contains("tdeploy unfreeze");
        assertThat(frozen.json().at("/refusal/obstacle").asText()).isEqualTo("FROZEN");
        assertThat(frozen.json().at("/refusal/problem").asText())
                .as("for programs, without advice for a command line")
                .startsWith("shop/production is frozen since")
                .doesNotContain("unfreeze");
        Terminal.Output refused = terminal.tdeploy("{\"command\":\"fly\"}", new String[] {"submit"});
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.json().path("error").asText()).contains("not understood");
    }
}
