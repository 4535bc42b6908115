package io.jenkins.plugins.transparentdeploy.engine.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real HTTP server that takes messages, or refuses as many as it is told to first. */
public final class Receiver implements Closeable {
    private final HttpServer server;
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<Message> taken = new CopyOnWriteArrayList<>();
    private final List<Message> refused = new CopyOnWriteArrayList<>();

    /** One that came, to the byte. */
    public record Message(Map<String, List<String>> headers, byte[] body) {
        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }

        public JsonNode json() throws IOException {
            return Json.MAPPER.readTree(body);
        }
    }

    public Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::receive);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    /** From now on, this many are answered with 503. */
    public Receiver refusing(int number) {
        refusals.set(number);
        return this;
    }

    private void receive(HttpExchange exchange) throws IOException {
        Message message = new Message(
                Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes());
        boolean refuse = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        (refuse ? refused : taken).add(message);
        exchange.sendResponseHeaders(refuse ? 503 : 204, -1);
        exchange.close();
    }

    public List<Message> taken() {
        return taken;
    }

    public List<Message> refused() {
        return refused;
    }

    /** The events of what was taken, in the order in which it came. */
    public List<String> events() {
        return taken.stream()
                .map(message -> message.header("Transparent-deploy-event"))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
