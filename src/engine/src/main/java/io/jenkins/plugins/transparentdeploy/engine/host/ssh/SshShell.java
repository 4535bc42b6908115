package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The shell of a machine that is reached by SSH. All exchanges share one connection, which is made when it is first
 * needed, and again when it was lost. An exchange is never repeated once the server may have begun it.
 */
public final class SshShell implements RemoteShell {
    private final SshSettings settings;
    private final SshConnector connector;
    private CompletableFuture<SshConnection> connection = CompletableFuture.failedFuture(new IOException("none yet"));
    private boolean closed;

    /**
     * Connects to nothing yet.
     *
     * @throws RefusedException when the SSH agent is to be asked and the environment names none
     */
    public SshShell(SshSettings settings) {
        this(settings, System.getenv("SSH_AUTH_SOCK"));
    }

    /** @param agentSocket of the SSH agent; null for none */
    SshShell(SshSettings settings, String agentSocket) {
        this.settings = settings;
        this.connector = new SshConnector(
                settings,
                settings.agent()
                        ? Optional.of(AgentSocket.Factory.at(settings.name(), agentSocket))
                        : Optional.empty());
    }

    @Override
    public String name() {
        return settings.name();
    }

    /** @param timeout from when it is connected; connecting has its own */
    @Override
    public Ended run(String script, List<String> arguments, InputStream input, OutputStream output, Duration timeout)
            throws IOException, InterruptedException {
        String command = LoginShellCommand.of(script, arguments);
        SshConnection first = connection();
        try {
            return first.run(command, input, output, timeout);
        } catch (SshConnection.NotBegunException lost) {
            discard(first);
            return connection().run(command, input, output, timeout);
        }
    }

    private SshConnection connection() throws IOException, InterruptedException {
        try {
            return current().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** The one there is, or one that is being made: whoever wants one meanwhile waits for the same. */
    private synchronized CompletableFuture<SshConnection> current() throws IOException {
        if (closed) {
            throw new IOException("the connection to " + name() + " was closed");
        }
        boolean usable = !connection.isDone()
                || !connection.isCompletedExceptionally() && connection.join().isOpen();
        if (!usable) {
            CompletableFuture<SshConnection> made = new CompletableFuture<>();
            Thread connecting = new Thread(() -> connect(made), "connecting to " + name());
            connecting.setDaemon(true);
            connecting.start();
            connection = made;
        }
        return connection;
    }

    private void connect(CompletableFuture<SshConnection> made) {
        try {
            SshConnection connected = connector.connect();
            made.complete(connected);
            synchronized (this) {
                if (closed) {
                    connected.close();
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            made.completeExceptionally(e);
        }
    }

    /** Nobody begins anything on it any more; what is under way there goes on. */
    private synchronized void discard(SshConnection lost) {
        if (connection.isDone() && !connection.isCompletedExceptionally() && connection.join() == lost) {
            connection = CompletableFuture.failedFuture(new IOException("lost"));
            lost.retire();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        connector.close();
    }
}
