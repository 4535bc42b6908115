package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every strategy keeps to, whatever its order. */
abstract class StrategyContract {
    abstract Strategy strategy();

    /** The last act on an instance, by which it gets requests again. */
    String bringsIn(String instance) {
        return "bringIn";
    }

    @Test
    void everyInstanceGoesThroughTheWholeProtocolOnceAndInOrder() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c"));
        strategy().run(rollout);
        for (String instance : rollout.instances()) {
            assertThat(rollout.actsOn(instance))
                    .containsExactly("takeOut", "stop", "put", "start", "awaitReady", bringsIn(instance));
        }
    }

    @Test
    void neverMoreInstancesAreOutOfServiceThanDeclared() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c", "d", "e"));
        strategy().run(rollout);
        assertThat(rollout.mostOutOfService()).isEqualTo(strategy().unavailable(rollout.instances(), Set.of()));
    }

    @Test
    void stopsAtTheFirstFailureAndBringsNothingInThatIsNotReady() {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c")).failingAt("awaitReady", "a");
        assertThatThrownBy(() -> strategy().run(rollout)).isInstanceOf(NotReadyException.class);
        assertThat(rollout.acts()).noneMatch(act -> act.matches("(bringIn|switchTo|share).*a.*"));
        assertThat(rollout.acts().get(rollout.acts().size() - 1)).isEqualTo("awaitReady a");
    }

    @Test
    void thePlanNamesEveryInstanceThatItChanges() {
        assertThat(String.join("; ", strategy().steps(List.of("one", "two", "three"), Set.of())))
                .contains("one", "two", "three");
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
        for (String instance : with.instances()) {
            assertThat(without.actsOn(instance).subList(0, 5))
                    .isEqualTo(with.actsOn(instance).subList(0, 5));
        }
        assertThat(without.waits()).isEmpty();
        assertThat(without.acts()).noneMatch(act -> act.startsWith("judge"));
    }
}
