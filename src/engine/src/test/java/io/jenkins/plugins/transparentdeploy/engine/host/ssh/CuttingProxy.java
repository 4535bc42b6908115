package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy in front of a server of this machine that breaks connections as networks do: cuts them, at once or after so
 * many bytes, swallows what is sent (a black hole: connections stay, nothing arrives), or delays it.
 */
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong budget = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean blackHole;
    private volatile Duration delay = Duration.ZERO;

    /** @param target the port of the server behind it */
    public CuttingProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        daemon("proxy of " + target, this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections were accepted. */
    public long connections() {
        return connections.get();
    }

    /** Cuts every connection that there is now. */
    public void cut() {
        sockets.forEach(CuttingProxy::close);
        sockets.clear();
    }

    /** Cuts every connection once so many bytes more went through, in both directions together; later ones live. */
    public void cutAfter(long bytes) {
        budget.set(bytes);
    }

    /** Whether what is sent is swallowed, for connections that there are and that come. */
    public void blackHole(boolean on) {
        blackHole = on;
    }

    /** How long whatever is sent is under way, in each direction. */
    public void delay(Duration delay) {
        this.delay = delay;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                daemon("to " + target, () -> pump(client, server));
                daemon("from " + target, () -> pump(server, client));
            } catch (IOException e) {
                // The server behind it is down, or this one is closed.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
                if (!delay.isZero()) {
                    LockSupport.parkNanos(delay.toNanos());
                }
                if (blackHole) {
                    continue;
                }
                long left = budget.addAndGet(-n);
                if (left <= 0) {
                    output.write(buffer, 0, (int) Math.max(0, n + left));
                    output.flush();
                    budget.set(Long.MAX_VALUE);
                    cut();
                    return;
                }
                output.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One side is gone; so is the other.
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
