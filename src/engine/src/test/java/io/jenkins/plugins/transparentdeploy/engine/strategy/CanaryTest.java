package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CanaryTest extends StrategyContract {
    @Override
    Strategy strategy() {
        return new Canary(List.of(), List.of(CanaryStep.of(5), CanaryStep.of(50)), BatchSize.count(2));
    }

    /** The canary gets its first requests by its first share. */
    @Override
    String bringsIn(String instance) {
        return instance.equals("a") ? "share5" : "bringIn";
    }

    @Override
    @Test
    void everyInstanceGoesThroughTheWholeProtocolOnceAndInOrder() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        strategy().run(rollout);
        assertThat(rollout.protocol())
                .containsExactly(
                        "takeOut a",
                        "stop a",
                        "put a",
                        "start a",
                        "awaitReady a",
                        "share5 a",
                        "judge a",
                        "share50 a",
                        "judge a",
                        "shareAsBefore a,b,c",
                        "takeOut b",
                        "takeOut c",
                        "stop b",
                        "stop c",
                        "put b",
                        "put c",
                        "start b",
                        "start c",
                        "awaitReady b",
                        "awaitReady c",
                        "bringIn b",
                        "bringIn c");
    }

    @Test
    void aCanaryThatIsJudgedBadAtAnyStepGoesNoFurther() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).failingAt("judge", "a");
        assertThatThrownBy(() -> strategy().run(rollout)).isInstanceOf(BadReleaseException.class);
        assertThat(rollout.actsOn("b")).isEmpty();
        assertThat(rollout.acts()).doesNotContain("share50 a");
    }

    @Test
    void theNamedInstancesAreTheCanary() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        new Canary(List.of("b", "c"), List.of(CanaryStep.of(10)), BatchSize.count(1)).run(rollout);
        assertThat(rollout.acts()).contains("share10 b,c", "judge b,c");
        assertThat(rollout.acts().indexOf("takeOut a"))
                .isGreaterThan(rollout.acts().indexOf("shareAsBefore a,b,c"));
    }

    @Test
    void aNamedInstanceIsNotTakenOutWhereItAloneGetsRequests() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b")).leaving("b");
        new Canary(List.of("a"), List.of(CanaryStep.of(10)), BatchSize.count(1)).run(rollout);
        assertThat(rollout.acts()).contains("share10 b", "judge b");
        assertThat(rollout.acts().indexOf("takeOut a"))
                .isGreaterThan(rollout.acts().indexOf("shareAsBefore a,b"));
    }

    @Test
    void noneOfTheRestIsTakenOutWhenTheCanaryHasDied() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).dyingInService("a");
        assertThatThrownBy(() -> new Canary(List.of(), List.of(CanaryStep.of(10)), BatchSize.count(1)).run(rollout))
                .hasMessage("a is dead");
        assertThat(rollout.actsOn("b")).isEmpty();
        assertThat(rollout.actsOn("c")).isEmpty();
    }

    @Test
    void whatDoesNotAnswerIsACanaryBesideTheNamedOne() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).dead("c");
        named("a").run(rollout);
        assertThat(rollout.acts()).contains("share10 a,c", "judge a,c");
        assertThat(rollout.acts().indexOf("takeOut b"))
                .isGreaterThan(rollout.acts().indexOf("shareAsBefore a,b,c"));
    }

    @Test
    void theNamedInstanceIsNotTakenOutWhereNoneOfTheOthersAnswers() throws Exception {
        RecordingRollout rollout =
                new RecordingRollout(List.of("a", "b", "c")).dead("b").dead("c");
        named("a").run(rollout);
        assertThat(rollout.acts()).contains("share10 b,c", "judge b,c");
        assertThat(rollout.acts().indexOf("takeOut a"))
                .isGreaterThan(rollout.acts().indexOf("shareAsBefore a,b,c"));
    }

    @Test
    void whereNobodyAnswersTheCanaryIsTheNamedOne() throws Exception {
        RecordingRollout rollout =
                new RecordingRollout(List.of("a", "b")).dead("a").dead("b");
        named("b").run(rollout);
        assertThat(rollout.acts()).contains("share10 b", "judge b");
    }

    private static Canary named(String... canaries) {
        return new Canary(List.of(canaries), List.of(CanaryStep.of(10)), BatchSize.count(2));
    }

    @Test
    void whatIsParkedIsNoCanaryAndChangesFirst() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c", "d")).parking("c", "d");
        named("d").run(rollout);
        assertThat(rollout.protocol())
                .startsWith("takeOut c", "takeOut d", "stop c", "stop d")
                .containsSubsequence("bringIn d", "takeOut a", "share10 a", "judge a", "takeOut b", "bringIn b");
        List<String> all = rollout.instances();
        assertThat(named("d").steps(all, Set.of("c", "d")))
                .containsExactly(
                        "replace c, d, parked and not started",
                        "replace a",
                        "give a 10 % of the requests, judge",
                        "replace b");
        assertThat(named("d").warnings(all, Set.of("c", "d")))
                .containsExactly("d cannot be the canary while parked; a is instead");
        assertThat(named("a", "b").unavailable(all, Set.of("c", "d"))).isOne();
    }

    @Test
    void oneInstanceThatServesIsReplacedWithoutSteps() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b")).parking("b");
        strategy().run(rollout);
        assertThat(rollout.acts()).contains("bringIn a").noneMatch(act -> act.matches("(share|judge).*"));
        assertThat(strategy().steps(rollout.instances(), Set.of("b")))
                .containsExactly("replace b, parked and not started", "replace a");
        assertThat(strategy().unavailable(rollout.instances(), Set.of("b"))).isOne();
        assertThat(strategy().warnings(rollout.instances(), Set.of("b")))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("the steps of the canary are left out");
    }

    @Test
    void somebodyCanPauseAfterEachJudgementAndBetweenTheOthers() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        new Canary(List.of(), List.of(CanaryStep.of(5)), BatchSize.count(1)).run(rollout);
        assertThat(rollout.acts())
                .containsSubsequence("judge a", "pause", "takeOut b", "bringIn b", "pause", "takeOut c");
    }

    @Test
    void aStepWaitsBeforeItIsJudged() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b"));
        CanaryStep manual = new CanaryStep(20, new Wait.UntilPromoted(), Optional.empty(), OptionalLong.empty());
        new Canary(List.of(), List.of(manual), BatchSize.count(1)).run(rollout);
        assertThat(rollout.waits()).containsExactly(new Wait.UntilPromoted());
        assertThat(rollout.acts().indexOf("pause"))
                .isBetween(rollout.acts().indexOf("share20 a"), rollout.acts().indexOf("judge a"));
    }
}
