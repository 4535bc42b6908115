package io.jenkins.plugins.transparentdeploy.configuration;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Takes messages whose signature is right and fresh, by the recipe of docs/notifications.md, and refuses all others. */
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final String secret;
    private final List<JsonNode> taken = new CopyOnWriteArrayList<>();

    Receiver(String secret) throws IOException {
        this(secret, 0);
    }

    /** @param port 0 for any that is free */
    Receiver(String secret, int port) throws IOException {
        this.secret = secret;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::receive);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean genuine = isGenuine(exchange.getRequestHeaders().getFirst("Transparent-Deploy-Signature"), body);
        if (genuine) {
            taken.add(new ObjectMapper().readTree(body));
        }
        exchange.sendResponseHeaders(genuine ? 204 : 403, -1);
        exchange.close();
    }

    private boolean isGenuine(String header, byte[] body) {
        String time = header.substring("t=".length(), header.indexOf(','));
        String found = header.substring(header.indexOf(",v1=") + ",v1=".length());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
            Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), Instant.now());
            return MessageDigest.isEqual(mac.doFinal(body), HexFormat.of().parseHex(found))
                    && age.abs().compareTo(Duration.ofMinutes(5)) < 0;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    void awaitEvents(String... events) {
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> taken.stream()
                                .map(message -> message.path("event").asText())
                                .toList(),
                        list -> list.containsAll(List.of(events)));
    }

    /**
     * The newest message of an event.
     *
     * @param kind {@code DEPLOYMENT} or {@code ROLLBACK}
     */
    JsonNode message(String event, String kind) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> taken.stream()
                                .filter(message ->
                                        message.path("event").asText().equals(event)
                                                && message.path("kind").asText().equals(kind))
                                .reduce((first, second) -> second),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Of the newest message that has one. */
    String lastUrl() {
        return taken.stream()
                .map(message -> message.path("url").asText())
                .filter(url -> !url.isEmpty())
                .reduce((first, second) -> second)
                .orElse("");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
