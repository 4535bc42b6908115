package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A real shell, whose exchanges are counted and can be disturbed. */
final class WatchedShell implements RemoteShell {
    /** Stands between who asks and the shell. */
    @FunctionalInterface
    interface Disturbance {
        /** @param number of the exchange, from 1 */
        Ended run(int number, Exchange exchange) throws IOException, InterruptedException;
    }

    private final RemoteShell shell;
    private Disturbance disturbance = (number, exchange) -> exchange.run();
    private int exchanges;
    private long sent;

    WatchedShell(RemoteShell shell) {
        this.shell = shell;
    }

    /** What was asked; it can be run, later, or with another input or output. */
    record Exchange(
            RemoteShell shell,
            String script,
            List<String> arguments,
            InputStream input,
            OutputStream output,
            Duration timeout) {
        Ended run() throws IOException, InterruptedException {
            return shell.run(script, arguments, input, output, timeout);
        }

        Exchange reading(InputStream other) {
            return new Exchange(shell, script, arguments, other, output, timeout);
        }

        Exchange writing(OutputStream other) {
            return new Exchange(shell, script, arguments, input, other, timeout);
        }

        boolean is(HostScript kind) {
            return script.equals(kind.text());
        }
    }

    void disturb(Disturbance other) {
        disturbance = other;
        exchanges = 0;
        sent = 0;
    }

    /** Forgets what was counted, and disturbs nothing. */
    void rest() {
        disturb((number, exchange) -> exchange.run());
    }

    int exchanges() {
        return exchanges;
    }

    /** Bytes: scripts, arguments and input. */
    long sent() {
        return sent;
    }

    @Override
    public String name() {
        return shell.name();
    }

    @Override
    public Ended run(String script, List<String> arguments, InputStream input, OutputStream output, Duration timeout)
            throws IOException, InterruptedException {
        sent += script.length();
        for (String argument : arguments) {
            sent += argument.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        InputStream counted = new FilterInputStream(input) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = in.read(buffer, offset, length);
                sent += Math.max(0, count);
                return count;
            }
        };
        return disturbance.run(++exchanges, new Exchange(shell, script, arguments, counted, output, timeout));
    }

    @Override
    public void close() throws IOException {
        shell.close();
    }
}
