package io.jenkins.plugins.transparentdeploy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BinomialTailTest {
    /** By the definition, in exact arithmetic. */
    private static double exact(int k, int n, BigDecimal p) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = k; i <= n; i++) {
            BigInteger choose = BigInteger.ONE;
            for (int j = 0; j < i; j++) {
                choose = choose.multiply(BigInteger.valueOf(n - j)).divide(BigInteger.valueOf(j + 1));
            }
            sum = sum.add(new BigDecimal(choose)
                    .multiply(p.pow(i))
                    .multiply(BigDecimal.ONE.subtract(p).pow(n - i)));
        }
        return sum.round(MathContext.DECIMAL64).doubleValue();
    }

    @Test
    void isWhatTheDefinitionSays() {
        for (int n : new int[] {1, 2, 15, 16, 17, 40, 100}) {
            for (String p : new String[] {"0.001", "0.05", "0.5", "0.93"}) {
                for (int k = 0; k <= n; k += Math.max(1, n / 13)) {
                    double expected = exact(k, n, new BigDecimal(p));
                    assertThat(BinomialTail.atLeast(k, n, Double.parseDouble(p)))
                            .as("%s of %s at %s", k, n, p)
                            .isCloseTo(expected, within(1e-9 * expected + 1e-12));
                }
            }
        }
    }

    @Test
    void hasItsEnds() {
        assertThat(BinomialTail.atLeast(0, 0, 0.5)).isEqualTo(1);
        assertThat(BinomialTail.atLeast(0, 10, 0)).isEqualTo(1);
        assertThat(BinomialTail.atLeast(1, 10, 0)).isZero();
        assertThat(BinomialTail.atLeast(10, 10, 1)).isEqualTo(1);
        assertThat(BinomialTail.atLeast(1, 0, 0.5)).isZero();
    }

    @Property
    void isAProbabilityThatFallsWithTheHits(
            @ForAll @LongRange(min = 1, max = 10_000_000) long n,
            @ForAll @DoubleRange(min = 0, max = 1) double share,
            @ForAll @DoubleRange(min = 0, max = 1) double p) {
        long k = Math.round(share * (n - 1));
        double more = BinomialTail.atLeast(k + 1, n, p);
        double less = BinomialTail.atLeast(k, n, p);
        assertThat(more).isBetween(-1e-6, 1 + 1e-6).isLessThanOrEqualTo(less + 1e-6);
    }
}
