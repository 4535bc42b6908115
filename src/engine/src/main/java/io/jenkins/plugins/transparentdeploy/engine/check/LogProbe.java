package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.time.Duration;

/** Counts for log checks. */
final class LogProbe {
    private final LogMarks marks;

    LogProbe(LogMarks marks) {
        this.marks = marks;
    }

    CheckResult ask(LogCheck check) {
        long start = System.nanoTime();
        LogMark mark = marks.of(check.file()).orElse(LogMark.BEGINNING);
        boolean passed = false;
        String detail;
        String received = "";
        try {
            LogFollower.Count count = new LogFollower(check.file(), mark)
                    .count(check.pattern(), start + check.timeout().toNanos());
            passed = check.bounds().contains(count.matches());
            received = Evidence.end(count.last());
            detail = count.matches() + " of " + count.lines() + " lines match"
                    + (passed ? "" : " instead of " + check.bounds())
                    + (count.skipped() > 0 ? "; the first " + count.skipped() + " bytes were too many to read" : "");
        } catch (IOException e) {
            detail = "the lines could not be counted: " + e.getMessage();
        }
        String sent = Evidence.beginning("count /" + check.pattern() + "/ in " + check.file() + " from byte "
                + mark.offset() + (mark.key().isEmpty() ? "" : " on"));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new CheckResult(check.name(), check.kind(), passed, detail, sent, received, took, 1);
    }
}
