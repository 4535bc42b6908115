package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks a {@link ControlServer}, on a connection for each request, never waiting longer than it was told to. */
final class ControlClient {
    private static final int LONGEST_RESPONSE = 16 * 1024 * 1024;

    private final Path socket;

    ControlClient(Path socket) {
        this.socket = socket.toAbsolutePath();
    }

    /** @throws InterruptedIOException when the thread is interrupted, which stays so */
    ControlResponse ask(ControlRequest request, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (SocketChannel channel = connect();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            byte[] line = (Json.MAPPER.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8);
            ByteBuffer out = ByteBuffer.wrap(line);
            for (channel.write(out); out.hasRemaining(); channel.write(out)) {
                await(key, SelectionKey.OP_WRITE, deadline);
            }
            return Json.MAPPER.readValue(readLine(channel, key, deadline), ControlResponse.class);
        } catch (ClosedByInterruptException e) {
            throw interrupted();
        } catch (JsonProcessingException e) {
            throw new IOException("The load balancer at " + socket + " answered in another language", e);
        }
    }

    private SocketChannel connect() throws IOException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "The load balancer at " + socket + " does not answer (" + e.getMessage()
                            + "). Start it with 'tdeploy load-balancer'.",
                    e);
        }
    }

    private byte[] readLine(SocketChannel channel, SelectionKey key, long deadline) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(16 * 1024);
        while (line.size() <= LONGEST_RESPONSE) {
            int n = channel.read(in.clear());
            if (n < 0) {
                throw new IOException("The load balancer at " + socket + " went away before it answered");
            } else if (n == 0) {
                await(key, SelectionKey.OP_READ, deadline);
            } else if (in.get(n - 1) == '\n') {
                line.write(in.array(), 0, n - 1);
                return line.toByteArray();
            } else {
                line.write(in.array(), 0, n);
            }
        }
        throw new IOException("The answer of the load balancer at " + socket + " has no end");
    }

    private void await(SelectionKey key, int operation, long deadline) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new IOException("The load balancer at " + socket + " did not answer in time");
        }
        key.interestOps(operation);
        key.selector().select(left);
        key.selector().selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
    }

    private InterruptedIOException interrupted() {
        return new InterruptedIOException("Interrupted while the load balancer at " + socket + " was asked");
    }
}
