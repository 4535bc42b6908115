package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers control requests: JSON lines on a Unix-domain socket in a directory that only its owner can enter. */
final class ControlServer implements Closeable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final int LONGEST_REQUEST = 64 * 1024;

    private final Path socket;
    private final BackendPool pool;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "control");
        thread.setDaemon(true);
        return thread;
    });

    /** @throws RefusedException when another load balancer answers there, or others could steer this one */
    ControlServer(Path socket, BackendPool pool) throws IOException {
        this.socket = socket.toAbsolutePath();
        this.pool = pool;
        secureDirectory(Objects.requireNonNull(this.socket.getParent(), "the socket cannot be the root"));
        removeStale();
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(this.socket));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    void start() {
        threads.execute(this::accept);
    }

    private static void secureDirectory(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(directory))) {
            throw new RefusedException(
                    "The directory " + directory + " of the control socket is open to other users",
                    "Take that away (chmod 700), or put the socket into a directory of its own");
        }
    }

    /** A socket file outlives its process, and no other one can be bound until it is removed. */
    private void removeStale() throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class).isOther()) {
            throw new RefusedException(
                    "There is something at " + socket + " that is not a socket", "Move it away, or use another path");
        }
        boolean alive;
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            alive = probe.isConnected();
        } catch (IOException e) {
            alive = false;
        }
        if (alive) {
            throw new RefusedException(
                    "A load balancer is already running with the control socket " + socket,
                    "Stop it first, or use another socket");
        }
        Files.delete(socket);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                clients.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // Closed, or the client left before it was accepted.
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(client));
            OutputStream out = Channels.newOutputStream(client);
            for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
                out.write((Json.MAPPER.writeValueAsString(answer(line)) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The client is gone, and what it asked for is done or refused.
        } catch (InterruptedException e) {
            // The server is being closed, which closes the client's channel too.
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(client);
        }
    }

    /** Empty at the end of the stream. */
    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (line.size() >= LONGEST_REQUEST) {
                throw new IOException("A control request is longer than " + LONGEST_REQUEST + " bytes");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private ControlResponse answer(String line) throws InterruptedException {
        try {
            return answer(Json.MAPPER.readValue(line, ControlRequest.class));
        } catch (RefusedException e) {
            return new ControlResponse.Refused(e.problem(), e.cure());
        } catch (JsonProcessingException e) {
            return new ControlResponse.Refused(
                    "This load balancer does not understand the request: " + e.getOriginalMessage(),
                    "Run the load balancer and its client in the same version");
        } catch (IOException e) {
            return new ControlResponse.Failed(e.toString());
        }
    }

    private ControlResponse answer(ControlRequest request) throws IOException, InterruptedException {
        if (request instanceof ControlRequest.SetWeight r) {
            pool.setWeights(Map.of(r.backend(), r.weight()));
            return new ControlResponse.Done();
        } else if (request instanceof ControlRequest.SetWeights r) {
            pool.setWeights(r.weights());
            return new ControlResponse.Done();
        } else if (request instanceof ControlRequest.AwaitIdle r) {
            return new ControlResponse.Idle(pool.awaitIdle(r.backend(), r.timeout()));
        } else if (request instanceof ControlRequest.Statistics) {
            return new ControlResponse.Statistics(pool.statistics());
        } else {
            return new ControlResponse.Backends(pool.status());
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        threads.shutdownNow();
        closeQuietly(server);
        clients.forEach(ControlServer::closeQuietly);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // The next one to start removes it.
        }
    }

    private static void closeQuietly(Closeable channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be written, so nothing is lost.
        }
    }
}
