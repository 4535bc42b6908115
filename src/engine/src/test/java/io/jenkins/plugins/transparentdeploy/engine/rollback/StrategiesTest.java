package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.KeptSlot;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blue-green and canary with real processes behind a real load balancer, used by people who never try again. */
class StrategiesTest {
    private static final String CANARY = Storefront.ANALYSIS + "strategy: {canary: {steps: [20, 50]}}\n";
    private static final String BLUE_GREEN = "strategy: blueGreen\n";

    @TempDir
    private Path temporary;

    private Storefront shop;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private Storefront shop(String yaml, String... instances) throws IOException {
        shop = new Storefront(temporary, instances);
        return shop.withOneLive().with(yaml);
    }

    @Test
    void aCanaryThatIsGoodAtEveryStepReachesEveryInstanceAndNobodyNotices() throws Exception {
        shop(CANARY, "a", "b", "c").open(50);
        Map<String, Integer> before = shop.weights();
        ReleaseRecord record = shop.run("two");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(List.of(shop.ask("a"), shop.ask("b"), shop.ask("c"))).containsOnly("two");
        assertThat(shop.weights()).isEqualTo(before);
        assertThat(shop.failures()).isEmpty();
        assertThat(shop.operations(record))
                .containsSubsequence("shift a 0→500", "shift b 100→1000", "shift c 100→1000");
        assertThat(shop.notes(record))
                .anyMatch(note -> note.startsWith("canary at 20 %: PASS"))
                .anyMatch(note -> note.startsWith("canary at 50 %: PASS"));
    }

    @Test
    void aBadCanaryIsCutOffInOneStepAndTheOthersNeverNotice() throws Exception {
        shop(CANARY, "a", "b", "c").open(50);
        String b = shop.pid("b");
        Map<String, Integer> before = shop.weights();
        ReleaseRecord record = shop.run("broken");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason()).contains("canary at 20 %", "error rate");
        assertThat(shop.pid("b")).isEqualTo(b);
        assertThat(shop.ask("a")).isEqualTo("one");
        assertThat(shop.weights()).isEqualTo(before);
        List<String> operations = shop.operations(record);
        assertThat(operations).doesNotContain("StopInstance b", "StopInstance c");
        int cutOff = operations.lastIndexOf("shift a 500→0");
        assertThat(operations.subList(cutOff - 2, cutOff + 1))
                .as("the canary is cut off, and the others have their share again, before anything else is done")
                .containsExactlyInAnyOrder("shift a 500→0", "shift b 1000→100", "shift c 1000→100");
        assertThat(operations.subList(cutOff + 1, operations.size())).contains("StopInstance a");
        IncidentTimeline incident = record.incident().orElseThrow();
        assertThat(incident.onset()).isBeforeOrEqualTo(incident.detected());
        assertThat(shop.failures()).allMatch(answer -> answer.status() == 500);
        assertThat(record.report().orElseThrow().entries())
                .extracting(ReleaseReport.Entry::step)
                .as("what the step was judged by is in the report, though the release never came to its analysis")
                .containsExactly(
                        ReleaseReport.Step.ANALYSE,
                        ReleaseReport.Step.INDICATORS,
                        ReleaseReport.Step.EVALUATE,
                        ReleaseReport.Step.COMPARE,
                        ReleaseReport.Step.OPTIMISE,
                        ReleaseReport.Step.MONITOR);
        assertThat(record.report()
                        .orElseThrow()
                        .of(ReleaseReport.Step.MONITOR)
                        .orElseThrow()
                        .summary())
                .startsWith("canary at 20 %: watched for ")
                .endsWith("FAIL");
    }

    @Test
    void anIncidentBeginsWithTheFirstBadAnswerAlsoWhenNobodyJudgedItThen() throws Exception {
        shop(Storefront.ANALYSIS + "strategy: {canary: {steps: [{weight: 50, pause: 3s}]}}\n", "a", "b")
                .open(50);
        ReleaseRecord record = shop.run("broken");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().onset())
                .isBefore(record.analysis().orElseThrow().startedAt())
                .isEqualTo(record.analysis().orElseThrow().onset().orElseThrow());
        assertThat(shop.failures().get(0).sent())
                .isBefore(record.analysis().orElseThrow().startedAt());
    }

    @Test
    void theFirstReleaseIsNotJudgedStepByStep() throws Exception {
        shop = new Storefront(temporary, "a", "b").with(CANARY);
        try (ManagedEnvironment environment = shop.workshop().open()) {
            ReleaseRecord record =
                    new AutoRollback(environment).deploy(shop.workshop().path("one"), Workshop.request("one"), false);
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        }
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("one");
    }

    @Test
    void blueGreenMovesAllRequestsInOneStepAndKeepsTheOldSlotRunning() throws Exception {
        shop(BLUE_GREEN, "a", "b").open(50);
        String a = shop.pid("a");
        ReleaseRecord record = shop.run("two");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(record.slot().orElseThrow().instances()).containsExactly("b");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(shop.ask("a")).isEqualTo("one");
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.pid("a")).isEqualTo(a);
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void theWayBackToAKeptSlotIsTheSwitchAlone() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        String a = shop.pid("a");
        String b = shop.pid("b");
        shop.open(50);
        ReleaseRecord back = shop.rollback("previous");
        assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.operations(back)).containsExactlyInAnyOrder("shift a 0→100", "shift b 100→0");
        assertThat(List.of(shop.pid("a"), shop.pid("b"))).containsExactly(a, b);
        ReleaseRecord forward = shop.rollback("two");
        assertThat(shop.operations(forward)).containsExactlyInAnyOrder("shift a 100→0", "shift b 0→100");
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void usersAreBackOnAKeptSlotBeforeAnythingThatTakesTime() throws Exception {
        shop(BLUE_GREEN + "hooks: {beforeRollback: [{name: announce, command: [\"true\"]}]}\n", "a", "b");
        shop.run("two");
        ReleaseRecord back = shop.rollback("previous");
        assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.operations(back)).hasSize(3);
        assertThat(shop.operations(back).subList(0, 2)).containsExactlyInAnyOrder("shift a 0→100", "shift b 100→0");
    }

    @Test
    void whatHasToBeMadeAgainIsMadeBeforeTheRequestsGoForwardToAKeptSlot() throws Exception {
        shop(
                BLUE_GREEN + "hooks: {beforeDeploy: [{name: migrate, command: [\"true\"], undo: [\"true\"]}]}\n",
                "a",
                "b");
        shop.run("two");
        shop.rollback("previous");
        ReleaseRecord forward = shop.rollback("two");
        assertThat(forward.state()).as(forward.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        List<String> operations = shop.operations(forward);
        assertThat(operations.get(0)).startsWith("RunCommand");
        assertThat(operations).contains("shift a 100→0", "shift b 0→100");
    }

    @Test
    void aSlotThatWasOverwrittenIsRestoredOnTheIdleOne() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        shop.run("three");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("three", "two");
        ReleaseRecord back = shop.rollback("one");
        assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("three", "one");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(shop.rollback("three").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
    }

    @Test
    void aSlotIsStoppedWhenItsTimeIsOverAndCanStillBeGoneBackTo() throws Exception {
        shop("strategy: {blueGreen: {keep: 1ms}}\n", "a", "b");
        shop.run("two");
        assertThat(shop.isRunning("a")).isTrue();
        try (ManagedEnvironment environment = shop.workshop().open()) {
            await().until(() -> new KeptSlot(environment).stopWhenOver());
        }
        assertThat(shop.isRunning("a")).isFalse();
        assertThat(shop.isRunning("b")).isTrue();
        shop.open(50);
        assertThat(shop.rollback("previous").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.ask("a")).isEqualTo("one");
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aSlotWithoutATimeIsKept() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        try (ManagedEnvironment environment = shop.workshop().open()) {
            assertThat(new KeptSlot(environment).stopWhenOver()).isFalse();
        }
        assertThat(shop.isRunning("a")).isTrue();
    }

    @Test
    void aKeptSlotWhoseProcessWasLostIsStartedBeforeItGetsRequests() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        ProcessHandle.of(Long.parseLong(shop.pid("a"))).orElseThrow().destroyForcibly();
        await().until(() -> !shop.isRunning("a"));
        shop.open(50);
        ReleaseRecord back = shop.rollback("previous");
        assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.ask("a")).isEqualTo("one");
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void whatFailsOnTheIdleSlotNeverGetsARequest() throws Exception {
        shop(BLUE_GREEN + "smokeTest: {retries: 0, checks: [{http: \"http://127.0.0.1:{port}/\"}]}\n", "a", "b");
        shop.run("two");
        shop.open(50);
        ReleaseRecord record = shop.run("broken");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason()).contains("smoke test failed before any request");
        assertThat(shop.operations(record)).noneMatch(operation -> operation.startsWith("shift"));
        assertThat(shop.failures()).isEmpty();
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(shop.rollback("one").state())
                .as("what was on the idle slot can still be gone back to")
                .isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.ask("a")).isEqualTo("one");
    }

    @Test
    void whatFailsUnderRealTrafficIsSwitchedBackFirst() throws Exception {
        shop(BLUE_GREEN + Storefront.ANALYSIS, "a", "b").open(50);
        shop.run("two");
        String b = shop.pid("b");
        ReleaseRecord record = shop.run("broken");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.pid("b")).isEqualTo(b);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        List<String> operations = shop.operations(record);
        int back = operations.lastIndexOf("shift b 0→100");
        assertThat(operations.subList(back, back + 3))
                .containsExactly("shift b 0→100", "shift a 100→0", "StopInstance a");
        assertThat(shop.failures()).isNotEmpty().allMatch(answer -> answer.status() == 500);
    }

    @Test
    void aHookBeforeTrafficFindsTheReleaseOnTheIdleSlotWhereNobodyGetsItYet() throws Exception {
        shop(
                BLUE_GREEN
                        + """
                hooks:
                  beforeTraffic:
                    - {name: warm, shell: 'touch @root@/asked; until test -e @root@/go; do sleep 0.1; done', undo: none-needed}
                """,
                "a",
                "b");
        shop.open(50);
        RunningRelease running = RunningRelease.of(shop, "two");
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(temporary.resolve("asked")));
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
        assertThat(shop.answers())
                .isNotEmpty()
                .extracting(Customers.Answer::body)
                .containsOnly("one");
        Files.createFile(temporary.resolve("go"));
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aHookBeforeTrafficThatFailsKeepsTheReleaseFromEverybodyAndIsTakenBack() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        shop.with(
                        BLUE_GREEN
                                + """
                hooks:
                  beforeTraffic:
                    - {name: warm, shell: 'touch @root@/warm; echo still cold; exit 3', undo: [rm, @root@/warm]}
                """)
                .open(50);
        ReleaseRecord record = shop.run("three");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason())
                .contains("beforeTraffic/warm", "exit code 3", "still cold");
        assertThat(shop.operations(record)).noneMatch(operation -> operation.startsWith("shift"));
        assertThat(temporary.resolve("warm")).doesNotExist();
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(shop.answers()).extracting(Customers.Answer::body).containsOnly("two");
    }
}
