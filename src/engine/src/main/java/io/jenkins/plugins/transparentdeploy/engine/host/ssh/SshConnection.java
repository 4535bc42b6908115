package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.OutputTail;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell.Ended;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;

/** One connection, on which several exchanges are under way at the same time, each in a channel of its own. */
final class SshConnection implements Closeable {
    private static final int BUFFER = 32 * 1024;

    private final String name;
    private final ClientSession session;
    private final ChannelLimit limit = new ChannelLimit();
    private volatile boolean retired;

    /** @param session on which somebody is logged in */
    SshConnection(String name, ClientSession session) {
        this.name = name;
        this.session = session;
    }

    /** The exchange did not begin: nothing was asked, and it can be asked on another connection. */
    static final class NotBegunException extends IOException {
        private static final long serialVersionUID = 1L;

        NotBegunException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Asks the server to run the command as soon as it is open, unless it was given up by then. */
    private static final class Channel extends ChannelExec {
        private boolean asked;
        private boolean givenUp;

        Channel(String command) {
            super(command, StandardCharsets.UTF_8, null, Map.of());
        }

        @Override
        protected void doOpen() throws IOException {
            synchronized (this) {
                if (givenUp) {
                    throw new IOException("nobody waits for it any more");
                }
                asked = true;
            }
            super.doOpen();
        }

        /** Closes it; whether the server was asked, and may run the command. */
        boolean giveUp() {
            boolean mayRun;
            synchronized (this) {
                givenUp = true;
                mayRun = asked;
            }
            close(true);
            return mayRun;
        }
    }

    boolean isOpen() {
        return session.isOpen() && !session.isClosing();
    }

    /**
     * Runs a command to its end.
     *
     * @param command for the login shell
     * @throws NotBegunException when it did not run, and will not
     * @throws IOException when nobody knows
     */
    Ended run(String command, InputStream input, OutputStream output, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        OutputTail errors = new OutputTail(Host.OUTPUT_LIMIT);
        Channel channel = open(command, errors, deadline);
        Exchange exchange = new Exchange(channel, input);
        ScheduledFuture<?> watch = session.getFactoryManager()
                .getScheduledExecutorService()
                .schedule(exchange::timeOut, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        try {
            exchange.pump(output);
            channel.waitFor(
                    EnumSet.of(ClientChannelEvent.CLOSED),
                    Math.max(1, left(deadline).toMillis()));
            exchange.requireSound(timeout);
            return new Ended(exitCode(channel), errors.toString());
        } catch (InterruptedIOException e) {
            throw SshConnector.interrupted(e);
        } catch (IOException e) {
            exchange.requireSound(timeout);
            throw e;
        } finally {
            watch.cancel(false);
            exchange.end();
        }
    }

    private Channel open(String command, OutputTail errors, long deadline) throws IOException, InterruptedException {
        while (true) {
            if (!limit.acquire(left(deadline))) {
                throw new IOException("no channel to " + name + " was free in time; " + limit.inUse() + " are in use");
            }
            Channel channel = new Channel(command);
            boolean opened = false;
            try {
                channel.setErr(errors.end());
                session.getService(ConnectionService.class).registerChannel(channel);
                channel.open().verify(left(deadline));
                channel.addCloseFutureListener(closed -> free());
                opened = true;
                return channel;
            } catch (InterruptedIOException e) {
                channel.giveUp();
                throw SshConnector.interrupted(e);
            } catch (IOException | RuntimeException e) {
                if (isRefusal(e) && limit.lower()) {
                    // The server allows fewer channels at once than was thought.
                    continue;
                }
                String message = "the connection to " + name + " was lost: " + e.getMessage();
                throw channel.giveUp() ? new IOException(message, e) : new NotBegunException(message, e);
            } finally {
                if (!opened) {
                    limit.release();
                }
            }
        }
    }

    private static boolean isRefusal(Throwable e) {
        return e instanceof SshChannelOpenException || e.getCause() != null && isRefusal(e.getCause());
    }

    private void free() {
        limit.release();
        if (retired && limit.inUse() == 0) {
            close();
        }
    }

    /** Closes it once nothing is under way on it any more. */
    void retire() {
        retired = true;
        if (limit.inUse() == 0) {
            close();
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    private int exitCode(ChannelExec channel) throws IOException {
        if (channel.getExitSignal() != null) {
            return 128 + signal(channel.getExitSignal());
        }
        if (channel.getExitStatus() == null) {
            throw new IOException("the connection to " + name + " was lost before the script ended");
        }
        return channel.getExitStatus();
    }

    /** RFC 4254, section 6.10, names them; their numbers are POSIX's. */
    private static int signal(String name) {
        List<String> numbered = List.of(
                "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
                "ALRM", "TERM");
        return Math.max(0, numbered.indexOf(name));
    }

    /** Two streams that flow at the same time, and the end of the time for both. */
    private final class Exchange {
        private final Channel channel;
        private volatile IOException inputFailure;
        private volatile boolean timedOut;

        Exchange(Channel channel, InputStream input) {
            this.channel = channel;
            Thread feeder = new Thread(() -> feed(input), "input for " + name);
            feeder.setDaemon(true);
            feeder.start();
        }

        private void feed(InputStream input) {
            byte[] buffer = new byte[BUFFER];
            while (true) {
                int n;
                try {
                    n = input.read(buffer);
                } catch (IOException e) {
                    // What was read until now must not be taken for all of it.
                    inputFailure = e;
                    channel.close(true);
                    return;
                }
                try {
                    if (n < 0) {
                        channel.getInvertedIn().close();
                        return;
                    }
                    channel.getInvertedIn().write(buffer, 0, n);
                    channel.getInvertedIn().flush();
                } catch (IOException e) {
                    // The script has ended without it.
                    return;
                }
            }
        }

        void pump(OutputStream output) throws IOException {
            byte[] buffer = new byte[BUFFER];
            InputStream source = channel.getInvertedOut();
            for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                output.write(buffer, 0, n);
            }
        }

        void timeOut() {
            timedOut = true;
            end();
        }

        void requireSound(Duration timeout) throws IOException {
            if (timedOut) {
                throw new IOException("no end of the script on " + name + " within " + timeout.toMillis() + " ms");
            }
            if (inputFailure != null) {
                throw new IOException(
                        "what was to be sent to " + name + " cannot be read: " + inputFailure.getMessage(),
                        inputFailure);
            }
        }

        /** Tells the server that nobody listens any more, unless it has ended. */
        void end() {
            if (!channel.isClosing()) {
                channel.close(false);
            }
            try {
                channel.getInvertedOut().close();
            } catch (IOException e) {
                // It is closed.
            }
        }
    }

    /** Ends it with all that is under way on it. */
    @Override
    public void close() {
        session.close(false);
    }
}
