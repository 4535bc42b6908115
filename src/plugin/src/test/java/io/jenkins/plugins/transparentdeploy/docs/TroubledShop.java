package io.jenkins.plugins.transparentdeploy.docs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server to release whose page says what is the matter with it: <i>orders slow</i>, <i>orders refused</i>, <i>orders pile
 * up</i>, <i>orders lost</i>. It shows the page at any address, orders at {@code /orders}, its metrics at {@code /metrics}.
 */
final class TroubledShop {
    private static final long SLOW = 3_000;

    private final String page;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(200);

    private TroubledShop(String page) {
        this.page = page;
    }

    /** Started as {@code TroubledShop PORT PAGE}, with the path of the page. */
    public static void main(String[] arguments) throws IOException {
        String page = Files.readString(Path.of(arguments[1]));
        TroubledShop shop = new TroubledShop(page);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 200);
        server.setExecutor(shop.threads);
        server.createContext("/", exchange -> shop.answer(exchange, 200, page));
        server.createContext("/orders", exchange -> shop.answer(exchange, shop.has("refused") ? 500 : 200, page));
        server.createContext("/metrics", exchange -> shop.answer(exchange, 200, shop.metrics()));
        if (shop.has("lost")) {
            shop.threads.scheduleAtFixedRate(
                    () -> System.out.println("SEVERE: an order is lost"), 0, 50, TimeUnit.MILLISECONDS);
        }
        server.start();
    }

    private boolean has(String trouble) {
        return page.contains(trouble);
    }

    private String metrics() {
        return "# TYPE shop_queue_length gauge\nshop_queue_length " + (has("pile up") ? 500 : 1) + "\n";
    }

    private void answer(HttpExchange exchange, int status, String text) {
        threads.schedule(() -> send(exchange, status, text), has("slow") ? SLOW : 0, TimeUnit.MILLISECONDS);
    }

    private static Void send(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        return null;
    }

    /** What a build leaves in the workspace: the page, and what starts the server, which writes its log to a file. */
    static void build(Path shop, String page, Path log) throws IOException, URISyntaxException {
        Files.createDirectories(shop.resolve("web"));
        Files.writeString(shop.resolve("web/index.html"), page);
        Path start = Files.createDirectories(shop.resolve("bin")).resolve("shop");
        Files.writeString(
                start,
                "#!/bin/sh\nexec %s -cp %s %s \"$2\" \"$PWD/web/index.html\" >> %s 2>&1\n"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                Path.of(TroubledShop.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI()),
                                TroubledShop.class.getName(),
                                log));
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
