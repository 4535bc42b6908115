package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TimedConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a {@link ControlServer}, on a connection for each request, never waiting longer than it was told to. */
final class ControlClient {
    private static final int LONGEST_RESPONSE = 16 * 1024 * 1024;

    private final Path socket;
    private final String peer;

    ControlClient(Path socket) {
        this.socket = socket.toAbsolutePath();
        this.peer = "The load balancer at " + this.socket;
    }

    /** @throws InterruptedIOException when the thread is interrupted, which stays so */
    ControlResponse ask(ControlRequest request, Duration timeout) throws IOException {
        try (TimedConnection connection = TimedConnection.open(
                UnixDomainSocketAddress.of(socket), peer, timeout, "Start it with 'tdeploy load-balancer'.")) {
            connection.write((Json.MAPPER.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
            return Json.MAPPER.readValue(readLine(connection), ControlResponse.class);
        } catch (JsonProcessingException e) {
            throw new IOException(peer + " answered in another language", e);
        }
    }

    private byte[] readLine(TimedConnection connection) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(16 * 1024);
        while (line.size() <= LONGEST_RESPONSE) {
            int n = connection.read(in.clear());
            if (n < 0) {
                throw new IOException(peer + " went away before it answered");
            } else if (in.get(n - 1) == '\n') {
                line.write(in.array(), 0, n - 1);
                return line.toByteArray();
            }
            line.write(in.array(), 0, n);
        }
        throw new IOException("The answer of " + peer + " has no end");
    }
}
