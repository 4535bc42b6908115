package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.FailedOnHostException;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of a host, which scripts are run in.
 *
 * @param shell the host's
 * @param root absolute path on the host
 */
record HostDirectory(RemoteShell shell, String root) {
    /** What one answer can have; a host that says more than a tree of a million files would is not believed. */
    static final int MOST = 512 << 20;

    /** Characters of what went wrong: the last of it, where the reason is. */
    private static final int MOST_SAID = 2_000;

    /** For messages: the host and the path. */
    String place() {
        return place("");
    }

    /** As {@link #place()}, of something below it. */
    String place(String below) {
        return shell.name() + ":" + root + (below.isEmpty() ? "" : "/" + below);
    }

    /** Runs a script and returns what it says. */
    byte[] ask(HostScript script, List<String> arguments) throws IOException {
        return ask(script, arguments, InputStream.nullInputStream());
    }

    byte[] ask(HostScript script, List<String> arguments, InputStream input) throws IOException {
        Bounded answer = new Bounded();
        run(script, arguments, input, answer);
        return answer.bytes.toByteArray();
    }

    /**
     * Runs a script to its end.
     *
     * @param arguments those after the root
     * @throws FailedOnHostException if it did not end well, unless the disk is full
     * @throws IOException if nobody knows
     */
    void run(HostScript script, List<String> arguments, InputStream input, OutputStream output) throws IOException {
        List<String> all = new ArrayList<>();
        all.add(root);
        all.addAll(arguments);
        try {
            RemoteShell.Ended ended = shell.run(script.text(), all, input, output, script.timeout());
            if (!ended.succeeded()) {
                throw DiskFullException.explaining(new FailedOnHostException(place() + ": " + said(ended)), place());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while " + place() + " was worked on");
        }
    }

    private static String said(RemoteShell.Ended ended) {
        String errors = ended.errors().replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?").strip();
        errors = errors.substring(Math.max(0, errors.length() - MOST_SAID));
        return errors.isEmpty() ? "its script ended with exit code " + ended.exitCode() : errors;
    }

    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] more, int offset, int length) throws IOException {
            if (bytes.size() > MOST - length) {
                throw new IOException("An answer of more than " + MOST + " bytes");
            }
            bytes.write(more, offset, length);
        }
    }
}
