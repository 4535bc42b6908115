package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/** Goes between clients and a server on the loopback interface, and counts the bytes that they say to each other. */
final class CountingProxy implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    private static final int BACKLOG = 100;

    private final int target;
    private final ServerSocket socket;
    private final LongAdder sent;
    private final LongAdder received;

    /**
     * @param target the port of the server
     * @param sent is told what clients send
     * @param received is told what they get
     */
    CountingProxy(int target, LongAdder sent, LongAdder received) throws IOException {
        this.target = target;
        this.socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        this.sent = sent;
        this.received = received;
        start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                start(() -> copy(client, server, sent));
                start(() -> copy(server, client, received));
            } catch (IOException e) {
                // Closed, or the server is gone: whoever connected finds out.
                continue;
            }
        }
    }

    /** Ends what is said to one side; the other may still have something to say. */
    private static void copy(Socket from, Socket to, LongAdder count) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count.add(read);
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                close(from, to);
            }
        } catch (IOException e) {
            close(from, to);
        }
    }

    private static void close(Closeable... all) {
        for (Closeable one : all) {
            try {
                one.close();
            } catch (IOException e) {
                // It is of no use any more either way.
                continue;
            }
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "counting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        close(socket);
    }
}
