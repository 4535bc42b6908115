package io.jenkins.plugins.transparentdeploy.engine.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule.Decision;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingRuleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static ScalingRule rule(Load load) {
        return new ScalingRule(load, 1, 5, 0.2, MINUTE, Duration.ofSeconds(10));
    }

    private static Decision decide(Load load, double value, int active) {
        return rule(load).decide(OptionalDouble.of(value), active, Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        // load, active, desired: a hundred requests a second for each instance
        "0, 1, 1",
        "100, 1, 1",
        "101, 1, 2",
        "450, 1, 5",
        "5000, 1, 5",
        "0, 5, 1",
        // down only when a fifth more could be served by fewer
        "100, 2, 2",
        "84, 2, 2",
        "83, 2, 1",
        "250, 5, 3",
        "200, 3, 3",
        "165, 3, 2",
        "260, 3, 3",
    })
    void byDemand(double load, int active, int desired) {
        assertThat(decide(new Load.Demand(100), load, active).desired()).isEqualTo(desired);
    }

    @ParameterizedTest
    @CsvSource({"0.3, 2, 2", "0.31, 2, 3", "0.9, 1, 3", "0.1, 3, 2", "0.26, 3, 3", "9, 2, 5"})
    void byPerformance(double latency, int active, int desired) {
        assertThat(decide(new Load.Latency(0.95, Duration.ofMillis(300)), latency, active)
                        .desired())
                .isEqualTo(desired);
    }

    @Test
    void notTwiceWithinTheCooldown() {
        ScalingRule rule = rule(new Load.Demand(100));
        Decision early = rule.decide(OptionalDouble.of(400), 2, Optional.of(Duration.ofSeconds(59)));
        assertThat(early.changes()).isFalse();
        assertThat(early.reason())
                .isEqualTo("400.0 requests a second, 100.0 for each instance, which is for 4, but the last change is"
                        + " only 59 s ago");
        assertThat(rule.decide(OptionalDouble.of(400), 2, Optional.of(MINUTE)).desired())
                .isEqualTo(4);
    }

    @Test
    void withoutDataNothingChangesButTheBoundsHold() {
        ScalingRule rule = new ScalingRule(new Load.Demand(100), 2, 3, 0, MINUTE, MINUTE);
        assertThat(rule.decide(OptionalDouble.empty(), 2, Optional.empty()).changes())
                .isFalse();
        assertThat(rule.decide(OptionalDouble.of(Double.NaN), 2, Optional.empty())
                        .changes())
                .isFalse();
        assertThat(rule.decide(OptionalDouble.empty(), 1, Optional.of(Duration.ZERO))
                        .desired())
                .isEqualTo(2);
        assertThat(rule.decide(OptionalDouble.of(0), 5, Optional.empty()).desired())
                .isEqualTo(3);
    }

    @Property
    void isSteadyAndServes(
            @ForAll @DoubleRange(min = 0, max = 10_000) double load, @ForAll @IntRange(min = 1, max = 5) int active) {
        Decision once = decide(new Load.Demand(100), load, active);
        assertThat(once.desired()).isBetween(1, 5);
        // Whatever it does, it would not do anything again for the same load.
        assertThat(decide(new Load.Demand(100), load, once.desired()).changes()).isFalse();
        assertThat(once.desired() * 100.0).isGreaterThanOrEqualTo(Math.min(500, load) - 1e-6);
    }

    @Test
    void refusesWhatCannotBeFollowed() {
        assertThatThrownBy(() -> new Load.Demand(0)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new Load.Latency(95, MINUTE)).isInstanceOf(RefusedException.class);
        Load load = new Load.Demand(1);
        assertThatThrownBy(() -> new ScalingRule(load, 0, 1, 0, MINUTE, MINUTE)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new ScalingRule(load, 3, 2, 0, MINUTE, MINUTE)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new ScalingRule(load, 1, 2, -1, MINUTE, MINUTE))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new ScalingRule(load, 1, 2, 0, MINUTE, Duration.ZERO))
                .isInstanceOf(RefusedException.class);
    }
}
