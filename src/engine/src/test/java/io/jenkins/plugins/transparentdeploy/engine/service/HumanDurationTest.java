package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HumanDurationTest {
    @ParameterizedTest
    @CsvSource({"500ms,500", "30s,30000", "1m30s,90000", "2h,7200000", "1d,86400000"})
    void reads(String text, long millis) {
        assertThat(HumanDuration.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "5s-", "five", "1.5s", "99999999999s"})
    void refusesWhatIsNotOne(String text) {
        assertThat(HumanDuration.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999d", "999999999d999999999d", "36501d"})
    void whatIsLongerThanACenturyCanStillBeCountedInNanoseconds(String text) {
        Duration longest = HumanDuration.parse(text).orElseThrow();

        assertThat(longest.toNanos()).isPositive();
        assertThat(longest).isGreaterThan(Duration.ofDays(36_000));
    }

    @Property
    void wholeSecondsUnderAnHourReadBack(@ForAll @LongRange(min = 0, max = 3_599) long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        assertThat(HumanDuration.parse(HumanDuration.format(duration))).contains(duration);
    }
}
