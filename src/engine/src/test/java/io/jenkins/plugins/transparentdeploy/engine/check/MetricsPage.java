package io.jenkins.plugins.transparentdeploy.engine.check;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page at which a service says its figures: a file that is live, as it is when somebody asks. */
public final class MetricsPage implements AutoCloseable {
    private final HttpServer server;

    private MetricsPage(HttpServer server) {
        this.server = server;
    }

    /** @param file in Prometheus's text format; not found while it is not there */
    public static MetricsPage of(Path file) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                if (Files.exists(file)) {
                    byte[] figures = Files.readAllBytes(file);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                    exchange.sendResponseHeaders(200, figures.length);
                    exchange.getResponseBody().write(figures);
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
        server.start();
        return new MetricsPage(server);
    }

    /** Where it is, for Prometheus. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
