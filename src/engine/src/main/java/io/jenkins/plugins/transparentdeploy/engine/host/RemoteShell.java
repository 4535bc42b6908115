package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/**
 * The POSIX shell of a machine that is reached through something that can break. It is all that is needed of a host
 * without Java. Safe for use by several threads; each call is an exchange of its own on a connection that they share.
 *
 * <p>An {@link IOException} means that nobody knows whether the script ran, still runs, or has ended: what is asked has to
 * be safe to ask again. A {@link RefusedException} means that it did not run, and that asking again will not help: a key that is
 * not the known one, a user who may not log in.
 */
public interface RemoteShell extends Closeable {
    /** What people call the machine; for messages. */
    String name();

    /**
     * Runs a script to its end by {@code /bin/sh}. When the time is up, or the calling thread is interrupted, the exchange
     * is ended; what the script started may go on. To the script, an exchange that is ended or a connection that breaks
     * looks like the end of its input: what must be whole has to say how long it is.
     *
     * @param script what the shell reads; it must not hold secrets, for other users of the machine can see it
     * @param arguments {@code $1} and so on, given as they are, whatever characters they have
     * @param input what the script reads, passed on as it comes: the two may talk with each other; not closed
     * @param output where its standard output goes, as it comes; not closed
     * @param timeout more than zero
     */
    Ended run(String script, List<String> arguments, InputStream input, OutputStream output, Duration timeout)
            throws IOException, InterruptedException;

    /**
     * How a script ended.
     *
     * @param exitCode its exit code; 128 + the signal's number when a signal ended it
     * @param errors the end of what it wrote to standard error, at most {@link Host#OUTPUT_LIMIT} bytes, as UTF-8
     */
    record Ended(int exitCode, String errors) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }
}
