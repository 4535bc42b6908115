package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TimedConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Speaks to HAProxy's command line, on a connection for each line: HAProxy closes it when it has answered. */
final class RuntimeApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;

    private final SocketAddress address;
    private final String peer;

    RuntimeApi(SocketAddress address) {
        this.address = address;
        this.peer = "HAProxy at " + address;
    }

    /**
     * Gives commands, one after the other, without anything in between.
     *
     * @return what it said to them; nothing when all of them only do something, and did
     * @throws InterruptedIOException when the thread is interrupted, which stays so
     */
    String ask(List<String> commands) throws IOException {
        try (TimedConnection connection = TimedConnection.open(
                address,
                peer,
                TIMEOUT,
                "Start it, or let this user open its socket ('stats socket … mode … group …').")) {
            connection.write((String.join(";", commands) + "\n").getBytes(StandardCharsets.UTF_8));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer in = ByteBuffer.allocate(16 * 1024);
            for (int n = connection.read(in); n >= 0; n = connection.read(in.clear())) {
                answer.write(in.array(), 0, n);
                if (answer.size() > LONGEST_ANSWER) {
                    throw new IOException("The answer of " + peer + " has no end");
                }
            }
            return answer.toString(StandardCharsets.UTF_8).strip();
        }
    }

    String ask(String command) throws IOException {
        return ask(List.of(command));
    }

    @Override
    public String toString() {
        return peer;
    }
}
