package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.forward.ExplicitPortForwardingTracker;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/**
 * Makes connections to one host, through its jump host if it has one. Connecting changes nothing there, so it is tried
 * again after what may pass: a server that restarts, or that is asked by too many at once.
 */
final class SshConnector implements Closeable {
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final SshSettings settings;
    private final SshClient client;

    SshConnector(SshSettings settings, Optional<AgentSocket.Factory> agent) {
        this.settings = settings;
        this.client = SshClients.start(settings, agent);
    }

    /**
     * A connection on which somebody is logged in. It tries for no longer than twice the connect timeout, and what it
     * has begun by then.
     *
     * @throws IOException when the host cannot be reached
     * @throws RefusedException when its key is not the known one, or nobody may log in so
     */
    SshConnection connect() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 2 * settings.connectTimeout().toNanos();
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                return new SshConnection(settings.name(), session());
            } catch (InterruptedIOException e) {
                throw interrupted(e);
            } catch (IOException e) {
                if (attempt == ATTEMPTS || System.nanoTime() + pause.toNanos() > deadline) {
                    throw new IOException(
                            "cannot connect to " + settings.name() + " (" + settings.address()
                                    + settings.jump()
                                            .map(jump -> " through " + jump)
                                            .orElse("")
                                    + "): " + reason(e),
                            e);
                }
            }
            Thread.sleep(pause.toMillis());
            pause = pause.multipliedBy(2);
        }
    }

    static InterruptedException interrupted(InterruptedIOException e) {
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private ClientSession session() throws IOException {
        List<KeyPair> keys =
                settings.key().map(key -> SshKeys.load(settings.name(), key)).orElse(List.of());
        if (settings.jump().isEmpty()) {
            SshAddress address = settings.address();
            return logIn(new LogIn(settings.name(), address, keys), address.host(), address.port());
        }
        SshAddress jump = settings.jump().get();
        ClientSession first = logIn(new LogIn(jump.host(), jump, keys), jump.host(), jump.port());
        try {
            ClientSession second = through(first, keys);
            second.addCloseFutureListener(closed -> first.close(true));
            first.addCloseFutureListener(closed -> second.close(true));
            return second;
        } catch (IOException | RuntimeException e) {
            first.close(true);
            throw e;
        }
    }

    /** The port that leads through the jump host is open no longer than until the connection stands. */
    private ClientSession through(ClientSession jump, List<KeyPair> keys) throws IOException {
        SshAddress address = settings.address();
        try (ExplicitPortForwardingTracker tunnel = jump.createLocalPortForwardingTracker(
                new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress(address.host(), address.port()))) {
            SshdSocketAddress entrance = tunnel.getBoundAddress();
            return logIn(new LogIn(settings.name(), address, keys), entrance.getHostName(), entrance.getPort());
        }
    }

    private ClientSession logIn(LogIn logIn, String host, int port) throws IOException {
        ClientSession session = null;
        try {
            session = client.connect(
                            logIn.address().user(), host, port, AttributeRepository.ofKeyValuePair(LogIn.KEY, logIn))
                    .verify(settings.connectTimeout())
                    .getSession();
            logIn.keys().forEach(session::addPublicKeyIdentity);
            AuthFuture authentication = session.auth();
            authentication.verify(settings.connectTimeout());
            return session;
        } catch (IOException | RuntimeException e) {
            if (session != null) {
                session.close(true);
            }
            logIn.throwRefusal();
            if (e instanceof SshException ssh
                    && ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
                throw logIn.notLetIn(settings.agent(), e);
            }
            if (e instanceof IOException io) {
                throw io;
            }
            // A host name that cannot be resolved, among others.
            throw new IOException(reason(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        SshClients.stop(client);
    }
}
