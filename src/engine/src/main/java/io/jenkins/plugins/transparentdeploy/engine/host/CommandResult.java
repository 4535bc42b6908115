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
    private static final int LAST_WORDS = 2_000;

    /** Ended by itself, in time, with exit code 0. */
    public boolean succeeded() {
        return exitCode == 0 && !timedOut;
    }

    /** How it ended when it did not succeed, as the end of a sentence. @param timeout how long it had */
    public String ending(Duration timeout) {
        return timedOut
                ? "did not end within " + timeout.toSeconds() + " s and was killed"
                : "ended with exit code " + exitCode;
    }

    /** The last that it said, to be put behind a sentence; empty if it said nothing. */
    public String lastWords() {
        String stripped = output.strip();
        String end =
                stripped.length() <= LAST_WORDS ? stripped : "…" + stripped.substring(stripped.length() - LAST_WORDS);
        return end.isEmpty() ? "" : "; it said:\n" + end;
    }
}
