package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.RecordingBackend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Backend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Timeouts;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens on the wire. */
class ReverseProxyTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EmbeddedLoadBalancerServer server;
    private EmbeddedLoadBalancer balancer;
    private RawBackend raw;

    private void start(URI backend, Timeouts timeouts) throws IOException {
        Path socket = directory.resolve("control/socket");
        server = EmbeddedLoadBalancerServer.start(new EmbeddedLoadBalancerConfig(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                socket,
                directory.resolve("state.json"),
                Balancing.ROUND_ROBIN,
                List.of(new Backend("a", backend, 100)),
                timeouts));
        balancer = new EmbeddedLoadBalancer(socket);
    }

    private void start(RawBackend.Behaviour behaviour) throws IOException {
        raw = new RawBackend(behaviour);
        start(raw.address(), Timeouts.STANDARD);
    }

    @AfterEach
    void stop() throws IOException {
        if (raw != null) {
            raw.close();
        }
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Java's client sends some requests again; a socket does not. */
    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            text.append((char) c);
            if (text.indexOf(end) >= 0) {
                break;
            }
        }
        return text.toString();
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private BackendTraffic traffic() throws IOException {
        return balancer.statistics().backends().get("a");
    }

    private void awaitIdle() throws Exception {
        assertThat(balancer.awaitIdle("a", Duration.ofSeconds(10))).isTrue();
    }

    /** Who was drained may be another process on the same port when it gets requests again. */
    @Test
    void aConnectionOfBeforeADrainIsNotUsedAfterIt() throws Exception {
        start(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write(OK);
            }
        });
        send(request("/before"));
        send(request("/again"));
        assertThat(raw.connections()).isEqualTo(1);
        balancer.setWeight("a", 0);
        awaitIdle();
        balancer.setWeight("a", 100);
        assertThat(send(request("/after")).statusCode()).isEqualTo(200);
        assertThat(raw.connections()).isEqualTo(2);
    }

    @Test
    void largeBodiesComeThroughBothWays() throws Exception {
        try (RecordingBackend backend = new RecordingBackend()) {
            start(backend.address(), Timeouts.STANDARD);
            byte[] body = new byte[8 * 1024 * 1024];
            new Random(1).nextBytes(body);
            for (HttpRequest.BodyPublisher publisher : List.of(
                    HttpRequest.BodyPublishers.ofByteArray(body),
                    // without a length, so in chunks
                    HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(body)))) {
                assertThat(client.send(
                                        request("/echo").POST(publisher).build(),
                                        HttpResponse.BodyHandlers.ofByteArray())
                                .body())
                        .isEqualTo(body);
            }
        }
    }

    @Test
    void bodiesAreStreamedNotStored() throws Exception {
        CountDownLatch firstHalfRead = new CountDownLatch(1);
        start(connection -> {
            connection.readHead();
            assertThat(connection.read(5)).isEqualTo("first");
            firstHalfRead.countDown();
            connection.read(6);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nearly");
            connection.read(4);
            connection.write("-later");
        });
        try (Socket socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\nfirst");
            assertThat(firstHalfRead.await(10, TimeUnit.SECONDS)).isTrue();
            write(socket, "second");
            assertThat(readUntil(socket, "early")).endsWith("early");
            write(socket, "tail");
            assertThat(readUntil(socket, "-later")).isEqualTo("-later");
        }
    }

    @Test
    void headersAreForwardedAsARelayShould() throws Exception {
        start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nServer: shop\r\n"
                    + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok");
        });
        String response = exchange("GET / HTTP/1.1\r\nHost: shop.example:8443\r\nX-Forwarded-For: 10.1.2.3\r\n"
                + "X-Forwarded-Proto: https\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\n"
                + "Accept: text/html\r\n\r\n");
        assertThat(raw.heads().element())
                .contains("\r\nHost: shop.example:8443\r\n")
                .contains("\r\nX-Forwarded-For: 10.1.2.3, 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Proto: https\r\n")
                .contains("\r\nAccept: text/html\r\n")
                .contains("\r\nVia: 1.1 transparent-deploy\r\n")
                .doesNotContain("X-Secret", "TE:", "User-Agent", "Accept-Encoding", "Forwarded: by");
        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Set-Cookie: a=1\r\n", "Set-Cookie: b=2\r\n", "Server: shop\r\n")
                .containsOnlyOnce("Date: ")
                .doesNotContain("Keep-Alive", "Jetty")
                .endsWith("\r\n\r\nok");
    }

    @Test
    void thePathGoesOnByteForByte() throws Exception {
        start(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write(OK);
            }
        });
        for (String path :
                List.of("/a%2Fb/%c3%a9?x=1&y", "//twice//", "//|//", "/a|b?q={z}", "/?a=b+c%20d", "/a;v=1/.")) {
            raw.heads().clear();
            assertThat(exchange("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 200");
            assertThat(raw.heads().element()).startsWith("GET " + path + " HTTP/1.1\r\n");
        }
    }

    @Test
    void aBrokenEscapeIsTheClientsFault() throws Exception {
        start(connection -> {
            connection.readHead();
            connection.write(OK);
        });
        assertThat(exchange("GET /?x=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        awaitIdle();
        assertThat(raw.heads()).isEmpty();
        assertThat(traffic()).isEqualTo(BackendTraffic.NONE);
    }

    @Test
    void anAsteriskGoesOnToo() throws Exception {
        start(connection -> {
            connection.readHead();
            connection.write(OK);
        });
        assertThat(exchange("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw.heads().element()).startsWith("OPTIONS * HTTP/1.1\r\n");
    }

    @Test
    void anAmbiguousLengthIsNotForwarded() throws Exception {
        start(connection -> {
            connection.readHead();
            connection.write(OK);
        });
        assertThat(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(raw.heads()).isEmpty();
    }

    @Test
    void aBackendThatIsNotThereIs502AndSaysNothingOfIt() throws Exception {
        raw = new RawBackend(connection -> {});
        raw.close();
        start(raw.address(), Timeouts.STANDARD);
        HttpResponse<String> response = send(request("/"));
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).isEqualTo("502 Bad Gateway\n");
        awaitIdle();
        assertThat(traffic()).matches(traffic -> traffic.requests() == 1 && traffic.failures() == 1);
    }

    @Test
    void aSilentBackendIs504() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        raw = new RawBackend(connection -> {
            connection.readHead();
            connection.readHead();
            end.countDown();
        });
        start(
                raw.address(),
                new Timeouts(
                        Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofSeconds(5)));
        assertThat(send(request("/")).statusCode()).isEqualTo(504);
        awaitIdle();
        assertThat(traffic().failures()).isEqualTo(1);
        assertThat(end.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRequestIsNeverSentTwice() throws Exception {
        start(connection -> {
            if (connection.readHead().startsWith("GET /first")) {
                connection.write(OK);
                connection.readHead();
            }
        });
        String first = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n";
        String broken = " /broken HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
        for (String method : List.of("POST", "PUT")) {
            // On a connection of its own, and on one that had a good answer before.
            assertThat(exchange(method + broken)).startsWith("HTTP/1.1 502");
            assertThat(exchange(first + method + broken)).contains("HTTP/1.1 200", "HTTP/1.1 502");
        }
        assertThat(exchange("GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 502");
        awaitIdle();
        assertThat(raw.heads()).filteredOn(head -> head.contains("/broken")).hasSize(5);
        assertThat(raw.heads()).hasSize(7);
        assertThat(traffic().failures()).isEqualTo(5);
    }

    @Test
    void anIdleConnectionIsClosedBeforeItsServerDoesIt() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        start(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write(OK);
            }
            closed.countDown();
        });
        for (int i = 0; i < 5; i++) {
            assertThat(send(request("/")).statusCode()).isEqualTo(200);
        }
        assertThat(raw.connections()).isLessThanOrEqualTo(2);
        assertThat(closed.await(2, TimeUnit.SECONDS)).isTrue();
        assertThat(send(request("/").POST(HttpRequest.BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBrokenAnswerDoesNotLookWhole() throws Exception {
        start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        });
        try (Socket socket = connect()) {
            write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(readUntil(socket, "half")).startsWith("HTTP/1.1 200").doesNotContain("\r\n0\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("0\r\n\r\n");
        }
        awaitIdle();
        assertThat(traffic()).matches(traffic -> traffic.requests() == 1 && traffic.failures() == 1);
    }

    @Test
    void aClientThatLeavesIsNobodysFailureAndLeaksNothing() throws Exception {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        start(connection -> {
            String head = connection.readHead();
            if (head.startsWith("POST")) {
                connection.readHead();
            }
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                connection.write(chunk);
            }
        });
        try (Socket reading = connect();
                Socket sending = connect()) {
            write(reading, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            readUntil(reading, "xxxx");
            write(sending, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly this");
            await().until(() -> balancer.backends().get(0).inFlight().orElseThrow() == 2);
        }
        awaitIdle();
        assertThat(traffic().failures()).isZero();
    }

    @Test
    void aContinueIsTheBackendsToSay() throws Exception {
        start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            connection.read(4);
            connection.write(OK);
        });
        try (Socket socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100");
            write(socket, "body");
            assertThat(readUntil(socket, "ok")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void requestsInFlightAreFinishedWhenItStops() throws Exception {
        try (RecordingBackend backend = new RecordingBackend()) {
            start(backend.address(), Timeouts.STANDARD);
            CompletableFuture<HttpResponse<String>> held =
                    client.sendAsync(request("/hold").build(), HttpResponse.BodyHandlers.ofString());
            await().until(() -> backend.held() == 1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            await().untilAsserted(
                            () -> assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class));
            await().during(Duration.ofMillis(1500)).until(() -> !closing.isDone() && !held.isDone());
            backend.release();
            assertThat(held.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            closing.get(20, TimeUnit.SECONDS);
        }
    }
}
