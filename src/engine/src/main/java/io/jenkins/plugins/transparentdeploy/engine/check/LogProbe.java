package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Counts for log checks. */
final class LogProbe {
    /** All of its lines count then, also those of long ago: only that there are few enough of them is certain. */
    private static final String UNKNOWN_START =
            ", in all of the file: it is not known where it stood when the deployment"
                    + " began. The next one notes that; to have it known the first time, name this check in the service file,"
                    + " or in what 'deploy' is told, as its smokeChecks";

    private final LogMarks marks;

    LogProbe(LogMarks marks) {
        this.marks = marks;
    }

    CheckResult ask(LogCheck check) {
        long start = System.nanoTime();
        Optional<LogMark> known = marks.of(check.file());
        LogMark mark = known.orElse(LogMark.BEGINNING);
        boolean passed = false;
        String detail;
        String received = "";
        try {
            LogFollower.Count count = new LogFollower(check.file(), mark)
                    .count(check.pattern(), start + check.timeout().toNanos());
            passed = check.bounds().contains(count.matches());
            received = Evidence.end(count.last());
            boolean certain =
                    known.isPresent() || passed && check.bounds().atLeast().isEmpty();
            passed &= certain;
            detail = count.matches() + " of " + count.lines() + " lines match"
                    + (passed ? "" : " instead of " + check.bounds())
                    + (certain ? "" : UNKNOWN_START)
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
