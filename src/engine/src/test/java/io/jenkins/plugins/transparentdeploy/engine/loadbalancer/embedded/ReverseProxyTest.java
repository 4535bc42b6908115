package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.RecordingBackend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Timeouts;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens on the wire. */
class ReverseProxyTest extends ReverseProxyFixture {
    /** Who was drained may be another process on the same port when it gets requests again. */
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
