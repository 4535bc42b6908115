package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What every strategy keeps to, whatever its order. */
abstract class StrategyContract {
    abstract Strategy strategy();

    @Test
    void everyInstanceGoesThroughTheWholeProtocolOnceAndInOrder() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        strategy().run(rollout);
        for (String instance : rollout.instances()) {
            assertThat(rollout.actsOn(instance))
                    .containsExactly("takeOut", "stop", "put", "start", "awaitReady", "bringIn");
        }
    }

    @Test
    void neverMoreInstancesAreOutOfServiceThanDeclared() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c", "d", "e"));
        strategy().run(rollout);
        assertThat(rollout.mostOutOfService()).isEqualTo(strategy().unavailable(5));
    }

    @Test
    void stopsAtTheFirstFailureAndBringsNothingInThatIsNotReady() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).failingAt("awaitReady", "a");
        assertThatThrownBy(() -> strategy().run(rollout)).isInstanceOf(NotReadyException.class);
        assertThat(rollout.acts()).doesNotContain("bringIn a");
        assertThat(rollout.acts().get(rollout.acts().size() - 1)).isEqualTo("awaitReady a");
    }

    @Test
    void noInstancesIsNothingToDo() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of());
        strategy().run(rollout);
        assertThat(rollout.acts()).isEmpty();
    }

    @Test
    void withoutPausesTheProtocolIsTheSame() throws Exception {
        RecordingRollout with = new RecordingRollout(List.of("a", "b", "c"));
        RecordingRollout without = new RecordingRollout(List.of("a", "b", "c"));
        strategy().run(with);
        strategy().withoutPauses().run(without);
        assertThat(without.acts()).isEqualTo(with.acts());
        assertThat(without.paused()).isZero();
    }
}
