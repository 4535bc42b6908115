package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release as somebody steers it: pauses, goes on, skips what it waits for, and aborts. */
class SteeredReleaseTest {
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
    void aPauseHoldsAnotherSlotBeforeTheRequestsMove() throws Exception {
        shop("strategy: blueGreen\n", "a", "b");
        shop.run("two");
        RunningRelease running = RunningRelease.paused(shop, "three");
        assertThat(shop.ask("a")).as("all but the requests is there").isEqualTo("three");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 0, "b", 100));
        running.ask(StepRequest.Kind.PROMOTE);
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
    }

    @Test
    void anAbortBeforeTheRequestsMoveLeavesThemWhereTheyAre() throws Exception {
        shop("strategy: blueGreen\n", "a", "b");
        shop.run("two");
        shop.open(50);
        RunningRelease running = RunningRelease.paused(shop, "three");
        running.abort();
        ReleaseRecord record = running.end();
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
        RunningRelease running = RunningRelease.of(shop, "two");
        running.awaitEvent("wait 600 s");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("two", "one");
        shop.workshop().events().clear();
        running.ask(StepRequest.Kind.PROMOTE);
        running.awaitEvent("wait 600 s");
        assertThat(List.of(shop.ask("b"), shop.ask("c"))).containsExactly("two", "one");
        String c = shop.pid("c");
        running.abort();
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"), shop.ask("c"))).containsOnly("one");
        assertThat(shop.pid("c")).as("what had not been reached").isEqualTo(c);
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aPauseHoldsAStrategyOfOneStepBeforeItIsVerified() throws Exception {
        shop("strategy: recreate\n", "a", "b");
        RunningRelease running = RunningRelease.paused(shop, "two");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("two");
        assertThat(states()).contains("DEPLOYING").doesNotContain("VERIFYING");
        running.ask(StepRequest.Kind.RESUME);
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);

        running = RunningRelease.paused(shop, "three");
        running.abort();
        assertThat(running.end().state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("two");
    }

    @Test
    void aManualStepWaitsUntilItIsPromoted() throws Exception {
        shop("strategy: {canary: {steps: [{weight: 50, pause: manual}]}}\n", "a", "b");
        RunningRelease running = RunningRelease.of(shop, "two");
        running.awaitEvent("wait until promoted");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 1000, "b", 1000));
        assertThat(shop.ask("b")).isEqualTo("one");
        running.ask(StepRequest.Kind.PROMOTE);
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.notes(record)).contains("promoted by alice: seen enough");
    }

    @Test
    void aPauseHoldsTheReleaseAtTheEndOfAStepUntilItIsResumed() throws Exception {
        shop("strategy: rolling\n", "a", "b");
        RunningRelease running = RunningRelease.paused(shop, "two");
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("two", "one");
        running.ask(StepRequest.Kind.RESUME);
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.ask("b")).isEqualTo("two");
        assertThat(shop.notes(record)).contains("paused by alice: seen enough", "resumed by alice: seen enough");
    }

    @Test
    void aJudgementCanBeSkipped() throws Exception {
        shop(
                Storefront.ANALYSIS.replace("window: 1s", "window: 50s") + "strategy: {canary: {steps: [50]}}\n",
                "a",
                "b");
        shop.open(50);
        RunningRelease running = RunningRelease.of(shop, "two");
        running.awaitEvent("canary at 50 %");
        running.ask(StepRequest.Kind.PROMOTE);
        running.awaitEvent("canary at 50 %: not waited for");
        running.abort();
        assertThat(running.end().state()).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void anAbortWhileAStepWaitsRollsBack() throws Exception {
        shop("strategy: {canary: {steps: [{weight: 50, pause: manual}]}}\n", "a", "b");
        RunningRelease running = RunningRelease.of(shop, "two");
        running.awaitEvent("wait until promoted");
        running.abort();
        ReleaseRecord record = running.end();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("one");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100));
    }

    private List<String> states() {
        return shop.workshop().events().stream()
                .filter(event -> event.type() == ReleaseEvent.Type.STATE)
                .map(ReleaseEvent::message)
                .toList();
    }
}
