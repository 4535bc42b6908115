package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * The released service: answers with the version that lies in its directory, with when the request came, and with the
 * request's own body, or as badly as {@link Misbehaviour} says. Arguments: the port, and the directory, by which it is also found and ended when all is over.
 */
public final class BenchmarkServer {
    static final String VERSION = "X-Version";
    /** Microseconds since 1970. */
    static final String ARRIVED = "X-Arrived";

    /** Answered well whatever is wrong: what shows only under real requests is what is to be found out. */
    private static final String READY = "/ready";

    /**
     * Connections that wait to be accepted. Java's 50 are full after 30 ms of 1,775 a second, and whoever finds no room tries
     * again after a second.
     */
    private static final int ACCEPT_QUEUE = 1024;

    private BenchmarkServer() {}

    public static void main(String[] arguments) throws Exception {
        String version = Files.readString(Path.of(arguments[1], "version")).strip();
        Path told = Path.of(arguments[1], Misbehaviour.FILE);
        Misbehaviour misbehaviour =
                Files.exists(told) ? Misbehaviour.valueOf(Files.readString(told).strip()) : Misbehaviour.NONE;
        long began = System.nanoTime();
        LastSecond load = new LastSecond();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setPort(Integer.parseInt(arguments[0]));
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                long arrived = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                ByteBuffer body = ByteBuffer.wrap(
                        Content.Source.asString(request, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
                long now = System.nanoTime();
                boolean fails = !Request.getPathInContext(request).equals(READY)
                        && misbehaviour.fails(
                                Duration.ofNanos(now - began), load.count(now), ThreadLocalRandom.current());
                TimeUnit.NANOSECONDS.sleep(
                        misbehaviour.delay(ThreadLocalRandom.current()).toNanos());
                response.setStatus(fails ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.OK_200);
                response.getHeaders().put(VERSION, version);
                response.getHeaders().put(ARRIVED, arrived);
                response.write(true, body, callback);
                return true;
            }
        });
        server.start();
        server.join();
    }
}
