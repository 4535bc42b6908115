package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A small server for a process of its own; answers every request with its body after a moment. Arguments: the port, and, if
 * {@code /app} is to be answered with a release's file of that name, as it was at the start, the release's directory.
 */
public final class EchoBackend {
    private EchoBackend() {}

    /** The command that runs it. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dsun.net.httpserver.nodelay=true",
                // Else it closes what is idle beyond 200, which on a busy machine happens to requests on their way.
                "-Dsun.net.httpserver.maxIdleConnections=100000",
                "-cp",
                EchoBackend.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath(),
                EchoBackend.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] args) throws IOException {
        byte[] app = args.length > 1 ? Files.readAllBytes(Path.of(args[1]).resolve("app")) : new byte[0];
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 100);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext(
                "/", exchange -> answer(exchange, exchange.getRequestBody().readAllBytes()));
        server.createContext("/app", exchange -> answer(exchange, app));
        server.start();
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
