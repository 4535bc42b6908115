package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingTest extends StrategyContract {
    @Override
    Strategy strategy() {
        return new Rolling(2, Duration.ofSeconds(3));
    }

    @Test
    void oneBatchIsBackInServiceBeforeTheNextIsTakenOut() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        strategy().run(rollout);
        assertThat(rollout.acts().indexOf("bringIn b"))
                .isLessThan(rollout.acts().indexOf("takeOut c"));
    }

    @Test
    void whatGetsNoRequestsComesInBeforeWhatDoesIsTakenOut() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b")).leaving("b");
        new Rolling(1, Duration.ZERO).run(rollout);
        assertThat(rollout.acts().indexOf("bringIn b"))
                .isLessThan(rollout.acts().indexOf("takeOut a"));
    }

    @Test
    void whatDoesNotAnswerComesInBeforeWhatDoesIsTakenOut() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).dead("c");
        new Rolling(1, Duration.ZERO).run(rollout);
        assertThat(rollout.acts().indexOf("bringIn c"))
                .isLessThan(rollout.acts().indexOf("takeOut a"));
    }

    @Test
    void noMoreAreTakenOutWhenOneThatWasBroughtInHasDied() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).dyingInService("a");
        assertThatThrownBy(() -> new Rolling(1, Duration.ZERO).run(rollout)).hasMessage("a is dead");
        assertThat(rollout.actsOn("b")).isEmpty();
        assertThat(rollout.actsOn("c")).isEmpty();
    }

    @Test
    void pausesBetweenBatchesAndNotAfterTheLast() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c", "d", "e"));
        strategy().run(rollout);
        Wait wait = new Wait.For(Duration.ofSeconds(3));
        assertThat(rollout.waits()).containsExactly(wait, wait);
    }

    @Test
    void aBadReleaseDoesNotGoBeyondTheFirstBatchWhenItIsJudged() {
        Rolling judging = new Rolling(BatchSize.count(1), Wait.NONE, true);
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).failingAt("judge", "a");
        assertThatThrownBy(() -> judging.run(rollout)).isInstanceOf(BadReleaseException.class);
        assertThat(rollout.actsOn("b")).isEmpty();
    }

    @Test
    void everyBatchButTheLastIsJudgedTogetherWithThoseBefore() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        new Rolling(BatchSize.count(1), Wait.NONE, true).run(rollout);
        assertThat(rollout.acts().stream().filter(act -> act.startsWith("judge")))
                .containsExactly("judge a", "judge a,b");
    }

    private static Rolling surging() {
        return new Rolling(BatchSize.count(1), Wait.NONE, false, Set.of("c"));
    }

    @Test
    void theSurgeServesBeforeAnyOtherIsTakenOutAndIsParkedWhenAllAreBack() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        surging().run(rollout);
        assertThat(rollout.protocol())
                .startsWith(
                        "lend c", "takeOut c", "stop c", "put c", "start c", "awaitReady c", "bringIn c", "takeOut a")
                .endsWith("bringIn b", "park c");
        assertThat(rollout.mostOutOfService()).isOne();
        assertThat(surging().unavailable(List.of("a", "b", "c"), Set.of("c"))).isZero();
        assertThat(surging().steps(List.of("a", "b", "c"), Set.of("c")))
                .containsExactly("start c with it, as an addition", "replace a", "replace b", "park c");
    }

    @Test
    void aSurgeThatDoesNotGetReadyLeavesTheOthersAlone() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).failingAt("awaitReady", "c");
        assertThatThrownBy(() -> surging().run(rollout)).isInstanceOf(NotReadyException.class);
        assertThat(rollout.actsOn("a")).isEmpty();
        assertThat(rollout.actsOn("b")).isEmpty();
    }

    @Test
    void aReleaseThatChangesNothingButTheSurgeNeedsNone() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("c"));
        surging().run(rollout);
        assertThat(rollout.acts()).doesNotContain("lend c", "park c");
        assertThat(surging().steps(List.of("c"), Set.of("c"))).containsExactly("replace c, parked and not started");
    }

    @ParameterizedTest
    @CsvSource({"50 %", "2", "100 %"})
    void whatIsParkedChangesFirstAndOneOfTheOthersGoesOnServing(String batch) throws Exception {
        BatchSize size = batch.endsWith("%")
                ? BatchSize.share(Integer.parseInt(batch.split(" ")[0]))
                : BatchSize.count(Integer.parseInt(batch));
        Rolling rolling = new Rolling(size, Wait.NONE, true);
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c", "d")).parking("c", "d");
        rolling.run(rollout);
        assertThat(rollout.protocol())
                .startsWith("takeOut c", "takeOut d", "stop c", "stop d", "put c", "put d")
                .containsSubsequence("bringIn d", "takeOut a", "bringIn a", "judge a", "takeOut b", "bringIn b");
        List<String> all = rollout.instances();
        assertThat(rolling.unavailable(all, Set.of("c", "d"))).isOne();
        assertThat(rolling.steps(all, Set.of("c", "d")))
                .containsExactly("replace c, d, parked and not started", "replace a, judge", "replace b");
        assertThat(rolling.warnings(all, Set.of("c", "d"))).isEmpty();
        assertThat(rolling.warnings(all, Set.of("b", "c", "d")))
                .containsExactly("nobody is served while a is replaced, for all others are parked;"
                        + " 'scaling: {min: 2}' keeps a second one serving");
    }

    @ParameterizedTest
    @CsvSource({"25,8,2", "25,3,1", "1,10,1", "100,7,7", "50,5,2"})
    void aShareOfTheInstancesIsRoundedDownButNeverToNone(int percent, int instances, int batch) {
        assertThat(BatchSize.share(percent).of(instances)).isEqualTo(batch);
    }

    @Test
    void aBatchIsNeverNoneNorMoreThanAll() {
        assertThatThrownBy(() -> BatchSize.count(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BatchSize.share(101)).isInstanceOf(IllegalArgumentException.class);
    }
}
