package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell.Ended;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/** Short questions and their answers. */
final class Exchanges {
    /** How long one may take; nothing that is asked waits for anything but the host. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final RemoteShell shell;

    Exchanges(RemoteShell shell) {
        this.shell = shell;
    }

    /** What a script said, and how it ended. */
    record Answer(Ended ended, byte[] output) {}

    /** Takes so many bytes, and no more: what a host sends is not believed to end. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int limit;

        Bounded(int limit) {
            this.limit = limit;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (bytes.size() + length > limit) {
                throw new IOException("an answer of more than " + limit + " bytes");
            }
            bytes.write(source, offset, length);
        }
    }

    /** Asks once: for what must not be done twice. */
    Answer once(String script, List<String> arguments, byte[] input, int limit)
            throws IOException, InterruptedException {
        Bounded output = new Bounded(limit);
        Ended ended = shell.run(script, arguments, new ByteArrayInputStream(input), output, TIMEOUT);
        return new Answer(ended, output.bytes.toByteArray());
    }

    /** Asks, and asks once more when the connection broke: for what may be done twice. */
    Answer ask(String script, List<String> arguments, byte[] input, int limit)
            throws IOException, InterruptedException {
        try {
            return once(script, arguments, input, limit);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            try {
                return once(script, arguments, input, limit);
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    /** The same for callers that have no word for an interrupt; the thread stays interrupted. */
    Answer askQuietly(String script, List<String> arguments, byte[] input, int limit) throws IOException {
        try {
            return ask(script, arguments, input, limit);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(e);
        return interrupted;
    }
}
