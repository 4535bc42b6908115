package io.jenkins.plugins.transparentdeploy.engine.host;

import java.time.Duration;

/**
 * How a command ended.
 *
 * @param exitCode its exit code; 128 + the signal's number when a signal ended it
 * @param output the end of what it wrote to standard output and error, at most {@link Host#OUTPUT_LIMIT} bytes, as UTF-8
 * @param took from start to end
 * @param timedOut whether it was killed, with everything it had started, because its time was up
 */
public record CommandResult(int exitCode, String output, Duration took, boolean timedOut) {
    /** Ended by itself, in time, with exit code 0. */
    public boolean succeeded() {
        return exitCode == 0 && !timedOut;
    }
}
