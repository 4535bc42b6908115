package io.jenkins.plugins.transparentdeploy.demo.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.analysis.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation, shortened. Its chance is always the same, so it passes always or never. */
class SimulationTest {
    private static final int FEW = 100;

    @ParameterizedTest
    @EnumSource(Noise.class)
    void healthyReleasesStayWhateverTheNoise(Noise noise) {
        assertThat(Trial.of(noise, Fault.NONE).run(FEW).wrong()).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void badReleasesAreFound(Fault fault) {
        for (Noise noise : List.of(Noise.STEADY, Noise.PAUSES)) {
            Outcomes outcomes = Trial.of(noise, fault).run(FEW);
            assertThat(outcomes.wrong()).as("%s, %s", fault, noise).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void clearFailuresAreDecidedInAFewSamples() {
        assertThat(Trial.of(Noise.STEADY, Fault.OUTAGE).run(FEW).timeToDecision(1))
                .isEqualTo(1);
        assertThat(Trial.of(Noise.STEADY, Fault.FIVE_PERCENT).run(FEW).timeToDecision(0.95))
                .isLessThanOrEqualTo(15);
        assertThat(Trial.of(Noise.FIFTH, Fault.FIVE_PERCENT).run(FEW).timeToDecision(0.5))
                .isLessThanOrEqualTo(15);
        assertThat(Trial.of(Noise.STEADY, Fault.SLOW).run(FEW).timeToDecision(0.95))
                .isLessThanOrEqualTo(5);
    }

    @Test
    void theSameEveryTime() {
        Trial trial = Trial.of(Noise.BURSTY, Fault.UNDER_LOAD);
        assertThat(trial.run(20)).isEqualTo(trial.run(20));
    }

    @Test
    void boundsAreWilsons() {
        List<Outcomes.Outcome> all = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(new Outcomes.Outcome(i < 3 ? Verdict.FAIL : i < 5 ? Verdict.INCONCLUSIVE : Verdict.PASS, i));
        }
        Outcomes healthy = new Outcomes(Trial.of(Noise.STEADY, Fault.NONE), all);
        assertThat(healthy.wrong()).isEqualTo(5);
        // R: binom.confint(5, 100, method = "wilson")
        assertThat(healthy.lowerBound()).isBetween(0.02154, 0.02155);
        assertThat(healthy.upperBound()).isBetween(0.11175, 0.11176);
        assertThat(new Outcomes(Trial.of(Noise.STEADY, Fault.OUTAGE), all).wrong())
                .isEqualTo(95);
    }

    @Test
    void theSectionTakesTheEarlierOnesPlace(@TempDir Path directory) throws Exception {
        Path page = Files.writeString(
                directory.resolve("page.md"), "# Benchmarks\n\n## Store\n\nfast\n\n## Traffic\n\nsmooth\n");
        SimulationReport.writeInto(page, "## Analysis, simulated\n\nold\n");
        SimulationReport.writeInto(page, "## Analysis, simulated\n\nnew\n");
        assertThat(Files.readString(page))
                .isEqualTo(
                        "# Benchmarks\n\n## Store\n\nfast\n\n## Traffic\n\nsmooth\n\n## Analysis, simulated\n\nnew\n");
    }
}
