package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * The released service: answers with the version that lies in its directory, with when the request came, and with the
 * request's own body. Arguments: the port, and the directory, by which it is also found and ended when all is over.
 */
public final class BenchmarkServer {
    static final String VERSION = "X-Version";
    /** Microseconds since 1970. */
    static final String ARRIVED = "X-Arrived";

    private BenchmarkServer() {}

    public static void main(String[] arguments) throws Exception {
        String version = Files.readString(Path.of(arguments[1], "version")).strip();
        Server server = new Server(Integer.parseInt(arguments[0]));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                long arrived = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                ByteBuffer body = ByteBuffer.wrap(
                        Content.Source.asString(request, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
                response.setStatus(HttpStatus.OK_200);
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
