package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Timeouts;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of connections to a backend, and of requests when it fails. */
class BackendConnectionsTest extends ReverseProxyFixture {
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
}
