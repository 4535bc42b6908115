package io.jenkins.plugins.transparentdeploy.engine.rollback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * A service in a JVM of its own: {@code ShopInstance PORT DIRECTORY}. Answers with what the release's file {@code app}
 * says, and, when there is a file {@code status}, with that status; {@code /ready} is always well.
 */
final class ShopInstance {
    private ShopInstance() {}

    /** The command that runs it, as a service file has it. */
    static String command() {
        return "[\"%s\", \"-XX:TieredStopAtLevel=1\", \"-XX:+UseSerialGC\", \"-cp\", \"%s\", \"%s\", \"{port}\", \"{directory}\"]"
                .formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Path.of(ShopInstance.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath()),
                        ShopInstance.class.getName());
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        byte[] app = Files.readAllBytes(directory.resolve("app"));
        Path statusFile = directory.resolve("status");
        int status = Files.exists(statusFile)
                ? Integer.parseInt(Files.readString(statusFile).trim())
                : 200;
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 0);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", exchange -> answer(exchange, status, app));
        server.createContext("/ready", exchange -> answer(exchange, 200, "ready".getBytes(StandardCharsets.UTF_8)));
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
