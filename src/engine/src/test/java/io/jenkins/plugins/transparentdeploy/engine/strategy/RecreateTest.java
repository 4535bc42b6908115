package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecreateTest extends StrategyContract {
    @Override
    Strategy strategy() {
        return new Recreate();
    }

    @Test
    void everythingIsStoppedBeforeAnythingIsStarted() throws Exception {
        RecordingRollout rollout = new RecordingRollout(List.of("a", "b"));
        new Recreate().run(rollout);
        assertThat(rollout.acts().indexOf("stop b")).isLessThan(rollout.acts().indexOf("start a"));
    }
}
