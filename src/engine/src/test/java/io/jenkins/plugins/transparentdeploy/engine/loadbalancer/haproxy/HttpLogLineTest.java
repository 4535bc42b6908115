package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog.LoggedRequest;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpLogLineTest {
    private static LoggedRequest parse(String line) {
        return HttpLogLine.parse(line, "shop").orElseThrow();
    }

    @Test
    void aRequestWithWhatALogDaemonWritesBeforeIt() {
        LoggedRequest line = parse("2026-11-21T12:00:00.000000+00:00 web haproxy[812]: "
                + "transparent_deploy|1795252442|012|3|45|200|--|shop|a");
        assertThat(line.at()).isEqualTo(Instant.ofEpochMilli(1795252442012L));
        assertThat(line.attempts()).containsExactly(new LoggedRequest.Attempt("a", false, Duration.ofMillis(42)));
    }

    @ParameterizedTest
    @CsvSource({
        "200,--,false",
        "404,--,false",
        "500,--,true",
        "503,SC,true",
        "504,sH,true",
        "200,SD,true",
        "200,CD,false",
        "-1,SH,true"
    })
    void failedIsWhatAServerDidNotAnswerWell(int status, String end, boolean failed) {
        assertThat(parse("transparent_deploy|1795252442|012|0|4|" + status + "|" + end + "|shop|a")
                        .attempts())
                .containsExactly(new LoggedRequest.Attempt("a", failed, Duration.ofMillis(4)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1|4|-1|CR|shop|<NOSRV>", "0|4|503|SC|shop|<NOSRV>", "0|4|-1|CH|shop|a"})
    void whomNobodyAskedOrTheClientDidNotWaitForDoesNotCount(String rest) {
        assertThat(parse("transparent_deploy|1795252442|012|" + rest).attempts())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Proxy web started.",
                "transparent_deploy|1795252442|012|0|4|200|--|blog|a",
                "transparent_deploy|1795252442|012|0|4|200||shop|a",
                "transparent_deploy|x|012|0|4|200|--|shop|a",
                "transparent_deploy|1795252442|012|0|4|200|--|shop"
            })
    void anythingElseIsNone(String line) {
        assertThat(HttpLogLine.parse(line, "shop")).isEmpty();
    }

    @Property
    boolean noLineBreaksIt(@ForAll String rest) {
        return HttpLogLine.parse("transparent_deploy|" + rest, "shop").isPresent()
                || HttpLogLine.parse(rest, "shop").isEmpty();
    }
}
