package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    void pausesBetweenBatchesAndNotAfterTheLast() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b", "c", "d", "e"));
        strategy().run(rollout);
        assertThat(rollout.paused()).isEqualTo(Duration.ofSeconds(6));
    }
}
