package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeEvidenceTest {
    private static final String HASH = "ab".repeat(32);

    private static TreeEvidence evidence(String newest, String clock) {
        return new TreeEvidence(
                Optional.of(HASH),
                Optional.of(HASH),
                Optional.of(new BigDecimal(newest)),
                Optional.of(new BigDecimal(clock)));
    }

    @ParameterizedTest
    @CsvSource({
        // by the clock of the machine, which may not be that of the filesystem
        "1000, 1000, false, false",
        "1000, 1060, false, false",
        "1000, 1061, false, true",
        "1000.5, 1060.9, false, true",
        // ahead of us
        "2000, 1000, false, false",
        // by the clock of the filesystem, which shows fractions
        "1000.10, 1000.12, true, false",
        "1000.10, 1000.21, true, true",
        // which does not, though it has them
        "1000.000000000, 1001.000000000, true, false",
        "1000.000000000, 1061.000000000, true, true"
    })
    void isBelievedOnlyWhenAllWasOldWhenItWasRead(String newest, String clock, boolean settled, boolean believed) {
        assertThat(evidence(newest, clock).tellsLaterChanges(settled)).isEqualTo(believed);
    }

    @Test
    void withoutAClockOrASignatureNothingIsBelieved() {
        TreeEvidence whole = evidence("1000", "2000");
        assertThat(whole.tellsLaterChanges(false)).isTrue();
        assertThat(new TreeEvidence(whole.signature(), whole.digest(), whole.newest(), Optional.empty())
                        .tellsLaterChanges(true))
                .isFalse();
        assertThat(new TreeEvidence(Optional.of("none"), whole.digest(), whole.newest(), whole.clock())
                        .tellsLaterChanges(true))
                .isFalse();
        assertThat(new TreeEvidence(whole.signature(), Optional.of("none"), whole.newest(), whole.clock())
                        .tellsLaterChanges(true))
                .isFalse();
    }
}
