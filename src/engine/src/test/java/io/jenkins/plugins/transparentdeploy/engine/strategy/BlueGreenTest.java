package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlueGreenTest extends StrategyContract {
    private static final Slot BLUE = new Slot("blue", List.of("x"));
    private static final Slot GREEN = new Slot("green", List.of("a", "b", "c"));

    @Override
    Strategy strategy() {
        return new BlueGreen(List.of(BLUE, GREEN), Optional.empty());
    }

    @Override
    @Test
    void everyInstanceGoesThroughTheWholeProtocolOnceAndInOrder() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b"));
        strategy().run(rollout);
        assertThat(rollout.protocol())
                .containsExactly(
                        "takeOut a",
                        "takeOut b",
                        "stop a",
                        "stop b",
                        "put a",
                        "put b",
                        "start a",
                        "start b",
                        "awaitReady a",
                        "awaitReady b",
                        "tryOut a,b",
                        "beforeTraffic",
                        "switchTo a,b");
    }

    /** The instances of the idle slot are out of service anyhow. */
    @Override
    @Test
    void neverMoreInstancesAreOutOfServiceThanDeclared() {
        assertThat(strategy().unavailable(List.of("a", "b", "c", "d", "e"), Set.of()))
                .isZero();
    }

    @Test
    void aSlotThatWasKeptOnlyGetsTheRequests() throws Exception {
        RecordingRollout rollout =
                new RecordingRollout(List.of("a", "b")).keeping("a").keeping("b");
        strategy().run(rollout);
        assertThat(rollout.protocol()).containsExactly("beforeTraffic", "switchTo a,b");
    }

    @Test
    void aSlotOfWhichOneInstanceWasLostIsReplacedWhole() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b")).keeping("a");
        strategy().run(rollout);
        assertThat(rollout.acts()).contains("stop a", "put a", "start a");
    }

    @Test
    void noRequestGoesToASlotThatAnswersWrongly() {
        RecordingRollout rollout = new RecordingRollout(List.of("a")).failingAt("tryOut", "a");
        assertThatThrownBy(() -> strategy().run(rollout)).isInstanceOf(NotReadyException.class);
        assertThat(rollout.acts()).noneMatch(act -> act.startsWith("switchTo"));
    }

    @Test
    void noRequestGoesToASlotThatDiedWhileSomebodyPaused() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b")).dyingInAPause("b");
        assertThatThrownBy(() -> strategy().run(rollout)).hasMessage("b is dead");
        assertThat(rollout.acts()).noneMatch(act -> act.startsWith("switchTo"));
    }

    @Test
    void twoSlotsWithoutACommonInstanceItTakes() {
        BlueGreen both = (BlueGreen) strategy();
        assertThat(both.otherThan(BLUE)).isEqualTo(GREEN);
        assertThat(both.otherThan(GREEN)).isEqualTo(BLUE);
        assertThatThrownBy(() -> new BlueGreen(List.of(BLUE), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlueGreen(List.of(BLUE, new Slot("green", List.of("x"))), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
