package io.jenkins.plugins.transparentdeploy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspicionTest {
    private static final int HORIZON = 200;

    private static Suspicion none(double alpha) {
        return Suspicion.none(HORIZON, alpha);
    }

    /** How many of so many services that are just as bad as may be are ever suspected, looking after every interval. */
    private static int suspected(int services, double alpha, int perInterval, double share, int clump) {
        Random random = new Random(1);
        int suspected = 0;
        for (int service = 0; service < services; service++) {
            Suspicion suspicion = none(alpha);
            for (int i = 0; i < HORIZON && !suspicion.isCertain(); i++) {
                int hits = 0;
                for (int trial = 0; trial < perInterval; trial += clump) {
                    hits += random.nextDouble() < share ? clump : 0;
                }
                suspicion = suspicion.after(perInterval, hits, share, clump, true);
            }
            suspected += suspicion.isCertain() ? 1 : 0;
        }
        return suspected;
    }

    @ParameterizedTest
    @CsvSource({"100,0.05,1", "10,0.3,1", "1,0.2,1", "60,0.05,3"})
    void lookingEveryIntervalDoesNotInflateFalseAlarms(int perInterval, double share, int clump) {
        // At most one in ten is promised; 2000 services may have that and five standard deviations more.
        assertThat(suspected(2000, 0.1, perInterval, share, clump)).isLessThanOrEqualTo(200 + 67);
    }

    @Test
    void theTestIsNotEmpty() {
        assertThat(suspected(200, 0.1, 100, 0.05, 1)).isLessThan(40);
        Suspicion suspicion = none(0.1);
        for (int i = 0; i < 20; i++) {
            suspicion = suspicion.after(100, 15, 0.05, 1, false);
        }
        assertThat(suspicion.isCertain()).isTrue();
        assertThat(suspicion.certainty()).isEqualTo(1);
    }

    @Test
    void whatBeginsLateIsNoticedAsSoon() {
        Suspicion suspicion = none(0.01);
        for (int i = 0; i < 150; i++) {
            suspicion = suspicion.after(100, 0, 0.05, 2, false);
        }
        int needed = 0;
        while (!suspicion.isCertain()) {
            suspicion = suspicion.after(100, 30, 0.05, 2, false);
            needed++;
        }
        assertThat(needed).isLessThanOrEqualTo(5);
        assertThat(suspicion.began()).isEqualTo(150);
    }

    @Test
    void whatIsBadFromTheBeginningPaysForNoSearchForItsBeginning() {
        int[] needed = new int[2];
        for (int good : new int[] {0, 1}) {
            Suspicion suspicion = none(0.005);
            for (int i = 0; i < 50 * good; i++) {
                suspicion = suspicion.after(20, 0, 0.0108, 1, false);
            }
            while (!suspicion.isCertain()) {
                suspicion = suspicion.after(20, 1, 0.0108, 1, false);
                needed[good]++;
            }
            assertThat(suspicion.began()).isEqualTo(50 * good);
        }
        // log(2 · 6 / 0.005) by log(5 %) of 20 against 1.08 %: with the numbers of the documentation.
        assertThat(needed[0]).isLessThanOrEqualTo(13);
        assertThat(needed[1]).isGreaterThan(needed[0]);
    }

    @Test
    void beforeTheFirstRequestNothingCanHaveBeenBad() {
        Suspicion late = none(0.01);
        for (int i = 0; i < 20; i++) {
            late = late.after(0, 0, 0.05, 1, false);
        }
        Suspicion soon = none(0.01);
        for (int i = 0; i < 3; i++) {
            late = late.after(100, 15, 0.05, 1, false);
            soon = soon.after(100, 15, 0.05, 1, false);
        }
        assertThat(late.certainty()).isEqualTo(soon.certainty());
        assertThat(late.began()).isEqualTo(20);
    }

    @Test
    void whatWasGoodForEverHasABeginningAllTheSame() {
        Suspicion suspicion = none(0.01);
        for (int i = 0; i < HORIZON; i++) {
            suspicion = suspicion.after(1_000_000, 0, 0.05, 1, false);
        }
        Suspicion fresh = none(0.01);
        for (int i = 0; i < 3; i++) {
            suspicion = suspicion.after(20, 3, 0.05, 1, false);
            fresh = fresh.after(20, 3, 0.05, 1, false);
        }
        assertThat(suspicion.certainty()).isLessThan(fresh.certainty());
        assertThat(suspicion.began()).isEqualTo(HORIZON);
    }

    @Test
    void nothingSeenChangesNothing() {
        Suspicion suspicion = none(0.01).after(100, 20, 0.05, 2, false);
        assertThat(suspicion.after(0, 0, 0.05, 2, false).certainty()).isEqualTo(suspicion.certainty());
        assertThat(none(0.01).after(10, 10, 1, 1, true).certainty()).isZero();
    }

    @Property
    void evidenceIsAlwaysANumberAndGrowsWithTheBad(
            @ForAll @IntRange(min = 0, max = 100_000) int trials,
            @ForAll @DoubleRange(min = 0, max = 1) double bad,
            @ForAll @DoubleRange(min = 0, max = 1) double allowed,
            @ForAll boolean alone) {
        int hits = (int) (bad * trials);
        Suspicion suspicion = none(0.01);
        Suspicion worse = none(0.01);
        for (int i = 0; i < 5; i++) {
            suspicion = suspicion.after(trials, hits, allowed, 2, alone);
            worse = worse.after(trials, Math.min(trials, hits + 1), allowed, 2, alone);
            assertThat(suspicion.certainty()).isBetween(0.0, 1.0);
            assertThat(worse.certainty()).isGreaterThanOrEqualTo(suspicion.certainty());
        }
    }
}
