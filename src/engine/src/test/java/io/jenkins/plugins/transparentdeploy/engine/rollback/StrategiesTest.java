package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.KeptSlot;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blue-green and canary with real processes behind a real load balancer, used by people who never try again. */
class StrategiesTest {
    static final String ANALYSIS =
            """
            analysis:
              window: 1s
              interval: 250ms
              minimumSamples: 5
              deadline: 60s
              metrics: [{errorRate: {objective: 1%, floor: 20%}}]
            """;
    private static final String CANARY = ANALYSIS + "strategy: {canary: {steps: [20, 50]}}\n";
    private static final String BLUE_GREEN = "strategy: blueGreen\n";

    @TempDir
    private Path temporary;

    private Storefront shop;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private Storefront shop(String yaml, String... instances) throws IOException {
        shop = new Storefront(temporary, instances).with("strategy: rolling\n");
        assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        return shop.with(yaml);
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
        shop(ANALYSIS + "strategy: {canary: {steps: [{weight: 50, pause: 3s}]}}\n", "a", "b")
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
        shop(BLUE_GREEN + ANALYSIS, "a", "b").open(50);
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
        Future<ReleaseRecord> running = inTheBackground("two");
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(temporary.resolve("asked")));
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
        assertThat(shop.answers())
                .isNotEmpty()
                .extracting(Customers.Answer::body)
                .containsOnly("one");
        Files.createFile(temporary.resolve("go"));
        ReleaseRecord record = running.get();
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

    @Test
    void aPauseHoldsAnotherSlotBeforeTheRequestsMove() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        Future<ReleaseRecord> running = pausedFromItsBeginning("three");
        assertThat(shop.ask("a")).as("all but the requests is there").isEqualTo("three");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        request().leaveIn(shop.directory(), StepRequest.Kind.PROMOTE);
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
    }

    @Test
    void anAbortBeforeTheRequestsMoveLeavesThemWhereTheyAre() throws Exception {
        shop(BLUE_GREEN, "a", "b");
        shop.run("two");
        shop.open(50);
        Future<ReleaseRecord> running = pausedFromItsBeginning("three");
        new AbortRequest(Workshop.ALICE, "no").leaveIn(shop.directory());
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.operations(record)).noneMatch(operation -> operation.startsWith("shift"));
        assertThat(shop.answers()).extracting(Customers.Answer::body).containsOnly("two");
        assertThat(shop.rollback("one").state())
                .as("what was on the idle slot can still be gone back to")
                .isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void aPauseBetweenTwoBatchesIsSkippedAndAnAbortThereTakesTheFirstBack() throws Exception {
        shop("strategy: {rolling: {pause: 10m}}\n", "a", "b", "c").open(50);
        Future<ReleaseRecord> running = inTheBackground("two");
        awaitEvent("wait 600 s");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("two", "one");
        shop.workshop().events().clear();
        request().leaveIn(shop.directory(), StepRequest.Kind.PROMOTE);
        awaitEvent("wait 600 s");
        assertThat(List.of(shop.ask("b"), shop.ask("c"))).containsExactly("two", "one");
        String c = shop.pid("c");
        new AbortRequest(Workshop.ALICE, "no").leaveIn(shop.directory());
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"), shop.ask("c"))).containsOnly("one");
        assertThat(shop.pid("c")).as("what had not been reached").isEqualTo(c);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aPauseHoldsAStrategyOfOneStepBeforeItIsVerified() throws Exception {
        shop("strategy: recreate\n", "a", "b");
        Future<ReleaseRecord> running = pausedFromItsBeginning("two");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("two");
        assertThat(states()).contains("DEPLOYING").doesNotContain("VERIFYING");
        request().leaveIn(shop.directory(), StepRequest.Kind.RESUME);
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);

        running = pausedFromItsBeginning("three");
        new AbortRequest(Workshop.ALICE, "no").leaveIn(shop.directory());
        assertThat(running.get().state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("two");
    }

    private List<String> states() {
        return shop.workshop().events().stream()
                .filter(event -> event.type() == ReleaseEvent.Type.STATE)
                .map(ReleaseEvent::message)
                .toList();
    }

    /** Somebody asks for a pause as soon as it deploys. */
    private Future<ReleaseRecord> pausedFromItsBeginning(String version) {
        shop.workshop().events().clear();
        Future<ReleaseRecord> running = CompletableFuture.supplyAsync(() -> run(version, StepRequest.Kind.PAUSE));
        awaitEvent("paused by alice: seen enough");
        return running;
    }

    @Test
    void aManualStepWaitsUntilItIsPromoted() throws Exception {
        shop("strategy: {canary: {steps: [{weight: 50, pause: manual}]}}\n", "a", "b");
        Future<ReleaseRecord> running = inTheBackground("two");
        awaitEvent("wait until promoted");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 1000, "b", 1000));
        assertThat(shop.ask("b")).isEqualTo("one");
        request().leaveIn(shop.directory(), StepRequest.Kind.PROMOTE);
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.notes(record)).contains("promoted by alice: seen enough");
    }

    @Test
    void aPauseHoldsTheReleaseAtTheEndOfAStepUntilItIsResumed() throws Exception {
        shop("strategy: rolling\n", "a", "b");
        Future<ReleaseRecord> running = pausedFromItsBeginning("two");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("two", "one");
        request().leaveIn(shop.directory(), StepRequest.Kind.RESUME);
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.notes(record)).contains("paused by alice: seen enough", "resumed by alice: seen enough");
    }

    @Test
    void aJudgementCanBeSkipped() throws Exception {
        shop(ANALYSIS.replace("window: 1s", "window: 50s") + "strategy: {canary: {steps: [50]}}\n", "a", "b");
        shop.open(50);
        Future<ReleaseRecord> running = inTheBackground("two");
        awaitEvent("canary at 50 %");
        request().leaveIn(shop.directory(), StepRequest.Kind.PROMOTE);
        awaitEvent("canary at 50 %: not waited for");
        new AbortRequest(Workshop.ALICE, "enough").leaveIn(shop.directory());
        assertThat(running.get().state()).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void anAbortWhileAStepWaitsRollsBack() throws Exception {
        shop("strategy: {canary: {steps: [{weight: 50, pause: manual}]}}\n", "a", "b");
        Future<ReleaseRecord> running = inTheBackground("two");
        awaitEvent("wait until promoted");
        new AbortRequest(Workshop.ALICE, "no").leaveIn(shop.directory());
        ReleaseRecord record = running.get();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("one");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100));
    }

    private static StepRequest request() {
        return new StepRequest(Workshop.ALICE, "seen enough");
    }

    private Future<ReleaseRecord> inTheBackground(String version) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return shop.run(version);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Asks for something as soon as the deployment has begun. */
    private ReleaseRecord run(String version, StepRequest.Kind asked) {
        try {
            return shop.run(version, journaled -> {
                if (journaled.toString().contains("DEPLOYING")) {
                    leave(asked);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void leave(StepRequest.Kind asked) {
        try {
            request().leaveIn(shop.directory(), asked);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitEvent(String message) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> List.copyOf(shop.workshop().events()).stream()
                        .map(ReleaseEvent::message)
                        .anyMatch(message::equals));
    }
}
