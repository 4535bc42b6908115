package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCheckTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern ERROR = Pattern.compile("ERROR|SEVERE");

    @TempDir
    Path directory;

    private Path log;

    @BeforeEach
    void name() {
        log = directory.resolve("app.log");
    }

    private void append(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private LogMarks mark() throws IOException {
        LogMarks marks = LogMarks.take(List.of(log));
        return Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(marks), LogMarks.class);
    }

    private CheckResult ask(LogMarks marks, Bounds bounds) throws Exception {
        return ask(marks, ERROR, bounds);
    }

    private CheckResult ask(LogMarks marks, Pattern pattern, Bounds bounds) throws Exception {
        return new HostCheckRunner(LocalHost.open(directory.resolve("host")), marks)
                .run(new LogCheck("errors", log, pattern, bounds, LONG));
    }

    @Test
    void countsWhatWasWrittenSinceTheMark() throws Exception {
        append("ERROR of yesterday\n");
        LogMarks marks = mark();
        append("INFO started\n");
        assertThat(ask(marks, Bounds.atMost(0)).detail()).isEqualTo("0 of 1 lines match");
        append("x SEVERE one\nERROR two\nERROR half a line");
        CheckResult result = ask(marks, Bounds.atMost(1));
        assertThat(result.passed()).isFalse();
        assertThat(result.detail()).isEqualTo("2 of 3 lines match instead of at most 1");
        assertThat(result.received()).isEqualTo("ERROR two");
        assertThat(result.sent()).isEqualTo("count /ERROR|SEVERE/ in " + log + " from byte 19 on");
        assertThat(ask(marks, Bounds.atLeast(2)).passed()).isTrue();
    }

    @Test
    void withoutAMarkAllOfItCountsAndThatItCanSaySoOnlyIfThatIsFewEnough() throws Exception {
        append("ERROR of yesterday\n");
        assertThat(ask(LogMarks.NONE, Bounds.atMost(0)).detail())
                .startsWith("1 of 1 lines match")
                .contains("it is not known where it stood when the deployment began", "smokeChecks");
        assertThat(ask(LogMarks.NONE, Bounds.atMost(1)).passed()).isTrue();
        CheckResult atLeast = ask(LogMarks.NONE, Bounds.atLeast(1));
        assertThat(atLeast.passed()).as("it may be yesterday's").isFalse();
        assertThat(atLeast.detail()).contains("it is not known where it stood");
    }

    @Test
    void aFileThatIsNotThereDoesNotPass() throws Exception {
        LogMarks marks = mark();
        assertThat(ask(marks, Bounds.atMost(0)).detail())
                .isEqualTo("the lines could not be counted: there is no file " + log);
        append("ERROR in a file that is new\n");
        assertThat(ask(marks, Bounds.atMost(0)).detail()).startsWith("1 of 1 lines match");
    }

    @Test
    void rotationByRenamingLosesNothing() throws Exception {
        append("ERROR of yesterday\n");
        LogMarks marks = mark();
        append("ERROR one\n");
        Files.move(log, directory.resolve("app.log.1"));
        append("ERROR two\nfine\n");
        assertThat(ask(marks, Bounds.atMost(0)).detail()).startsWith("2 of 3 lines match");
    }

    @Test
    void rotationByTruncationBeginsAnew() throws Exception {
        append("ERROR of yesterday, and a long one\n");
        LogMarks marks = mark();
        Files.writeString(log, "ERROR two\n");
        assertThat(ask(marks, Bounds.atMost(0)).detail()).startsWith("1 of 1 lines match");
        append("a line after which it is longer than it was\n");
        assertThat(ask(marks, Bounds.atMost(0)).detail()).startsWith("1 of 2 lines match");
    }

    @Test
    void aFollowerCountsEveryLineOnceAcrossRotations() throws Exception {
        append("ERROR of yesterday\n");
        LogFollower follower = LogFollower.fromNow(log);
        long deadline = System.nanoTime() + LONG.toNanos();
        assertThat(follower.count(ERROR, deadline).matches()).isZero();
        append("ERROR 1\nERR");
        assertThat(follower.count(ERROR, deadline).matches()).isOne();
        append("OR 2\n");
        Files.move(log, directory.resolve("app.log.1"));
        append("ERROR 3\n");
        assertThat(follower.count(ERROR, deadline).matches()).isEqualTo(2);
        Files.delete(log);
        assertThatThrownBy(() -> follower.count(ERROR, deadline)).hasMessageContaining("there is no file");
        append("ERROR 4\n");
        assertThat(follower.count(ERROR, deadline).matches()).isOne();
        assertThat(follower.count(ERROR, deadline).matches()).isZero();
    }

    @Test
    void hostileLinesAreBounded() throws Exception {
        Files.write(log, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 'E', 'R', 'R', 'O', 'R', '\n'});
        append("x".repeat(LogFollower.LONGEST_LINE * 3) + " ERROR beyond what is looked at\nERROR after it\n");
        assertThat(ask(LogMarks.NONE, Bounds.atMost(0)).detail()).startsWith("2 of 3 lines match");
        append("a".repeat(10_000) + "!\n");
        CheckResult result = new HostCheckRunner(LocalHost.open(directory.resolve("host")))
                .run(new LogCheck(
                        "slow", log, Pattern.compile("(.*a){12}b"), Bounds.atMost(0), Duration.ofMillis(500)));
        assertThat(result.detail()).contains("takes too long on this text");
    }

    @Test
    void ofAVeryLargeFileTheEndIsRead() throws Exception {
        byte[] line = ("ERROR " + "x".repeat(1 << 20) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 70; i++) {
            Files.write(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        CheckResult result = ask(LogMarks.NONE, Bounds.atMost(0));
        assertThat(result.detail()).startsWith("63 of 64 lines match").contains("were too many to read");
    }

    @Test
    void refusesARelativePath() {
        assertThatThrownBy(() -> new LogCheck("x", Path.of("app.log"), ERROR, Bounds.atMost(0), LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("absolute");
    }
}
