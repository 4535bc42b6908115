package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog.LoggedRequest;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogLineTest {
    private static LoggedRequest parse(String line) {
        return AccessLogLine.parse(line).orElseThrow();
    }

    @Test
    void oneServerThatAnswered() {
        LoggedRequest line = parse("1795252442.123|200|127.0.0.1:8081|200|0.004");
        assertThat(line.at()).isEqualTo(Instant.ofEpochMilli(1795252442123L));
        assertThat(line.attempts())
                .containsExactly(new LoggedRequest.Attempt("127.0.0.1:8081", false, Duration.ofMillis(4)));
    }

    @Test
    void everyServerThatWasAskedCounts() {
        assertThat(parse(
                                "1795252442.123|200|127.0.0.1:8081, [::1]:8082 : 127.0.0.1:9|502, 500 : 200|0.001, 1.250 : 0.000")
                        .attempts())
                .containsExactly(
                        new LoggedRequest.Attempt("127.0.0.1:8081", true, Duration.ofMillis(1)),
                        new LoggedRequest.Attempt("[::1]:8082", true, Duration.ofMillis(1250)),
                        new LoggedRequest.Attempt("127.0.0.1:9", false, Duration.ZERO));
    }

    @Test
    void whomTheClientDidNotWaitForDoesNotCount() {
        assertThat(parse("1795252442.123|499|127.0.0.1:8081|-|0.004").attempts())
                .isEmpty();
        assertThat(parse("1795252442.123|499|127.0.0.1:8081|200|0.004").attempts())
                .hasSize(1);
        assertThat(parse("1795252442.123|502|127.0.0.1:8081|-|-").attempts())
                .containsExactly(new LoggedRequest.Attempt("127.0.0.1:8081", true, Duration.ZERO));
    }

    @Test
    void nobodyWasAsked() {
        assertThat(parse("1795252442.123|404|-|-|-").attempts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "|",
                "||||",
                "1795252442.123|200|127.0.0.1:8081|200",
                "1795252442.123|200|127.0.0.1:8081|200|0.004|x",
                "1795252442|200|127.0.0.1:8081|200|0.004",
                "1795252442.123|abc|127.0.0.1:8081|200|0.004",
                "1795252442.123|200|127.0.0.1:8081|200, 200|0.004",
                "1795252442.123|200|127.0.0.1:8081|200|-0.004",
                "9999999999999999999.123|200|127.0.0.1:8081|200|0.004",
                "127.0.0.1 - - [21/Nov/2026:09:00:00 +0000] \"GET /|||| HTTP/1.1\" 200 0"
            })
    void anythingElseIsNone(String line) {
        assertThat(AccessLogLine.parse(line)).isEmpty();
    }

    @Property
    void nothingMakesItFail(@ForAll String line) {
        assertThat(AccessLogLine.parse(line)).isNotNull();
        assertThat(AccessLogLine.parse("1795252442.123|200|" + line)).isNotNull();
    }
}
