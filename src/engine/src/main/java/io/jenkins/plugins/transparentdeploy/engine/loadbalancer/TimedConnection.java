package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a load balancer, by a Unix-domain socket or TCP, on which nobody waits longer than he was told to. When
 * the thread is interrupted, and stays so, each method throws an {@link InterruptedIOException}.
 */
public final class TimedConnection implements Closeable {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final String peer;
    private final String cure;
    private final long deadline;

    private TimedConnection(
            SocketChannel channel, Selector selector, SelectionKey key, String peer, String cure, long deadline) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
        this.peer = peer;
        this.cure = cure;
        this.deadline = deadline;
    }

    /**
     * Connects.
     *
     * @param peer what to call the other side in a message: "The load balancer at …"
     * @param timeout for everything until the connection is closed; more than zero
     * @param cure a sentence that says what to do when nobody answers
     */
    public static TimedConnection open(SocketAddress address, String peer, Duration timeout, String cure)
            throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        Selector selector = null;
        try {
            selector = Selector.open();
            channel.configureBlocking(false);
            boolean connected = channel.connect(address);
            SelectionKey key = channel.register(selector, 0);
            TimedConnection connection = new TimedConnection(channel, selector, key, peer, cure, deadline);
            while (!connected) {
                connection.await(SelectionKey.OP_CONNECT);
                connected = channel.finishConnect();
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            close(channel, selector);
            if (e instanceof ClosedByInterruptException || e instanceof InterruptedIOException) {
                throw interrupted(peer);
            }
            throw new IOException(peer + " does not answer (" + e.getMessage() + "). " + cure, e);
        }
    }

    /** Writes all of it. */
    public void write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        for (move(channel::write, out); out.hasRemaining(); move(channel::write, out)) {
            await(SelectionKey.OP_WRITE);
        }
    }

    /**
     * Waits for bytes and reads what has come.
     *
     * @return how many, at least one, or -1 at the end
     */
    public int read(ByteBuffer in) throws IOException {
        int n = move(channel::read, in);
        while (n == 0) {
            await(SelectionKey.OP_READ);
            n = move(channel::read, in);
        }
        return n;
    }

    /** Reads or writes. */
    @FunctionalInterface
    private interface Transfer {
        int of(ByteBuffer bytes) throws IOException;
    }

    /** One that ends while it is asked breaks the connection off, at whatever point. */
    private int move(Transfer transfer, ByteBuffer bytes) throws IOException {
        try {
            return transfer.of(bytes);
        } catch (ClosedByInterruptException e) {
            throw interrupted(peer);
        } catch (IOException e) {
            throw new IOException(peer + " broke off (" + e.getMessage() + "). " + cure, e);
        }
    }

    private void await(int operation) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new IOException(peer + " did not answer in time");
        }
        key.interestOps(operation);
        selector.select(left);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(peer);
        }
    }

    private static InterruptedIOException interrupted(String peer) {
        return new InterruptedIOException("Interrupted while " + peer + " was asked");
    }

    /** The same for a caller that may be interrupted; the thread is not interrupted any more. */
    public static InterruptedException interruption(InterruptedIOException e) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    @Override
    public void close() throws IOException {
        close(channel, selector);
    }

    private static void close(SocketChannel channel, Selector selector) throws IOException {
        try (channel) {
            if (selector != null) {
                selector.close();
            }
        }
    }
}
