package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Backend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Timeouts;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** An embedded load balancer in front of one backend, and clients that see each byte. */
abstract class ReverseProxyFixture {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path directory;

    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    EmbeddedLoadBalancerServer server;
    EmbeddedLoadBalancer balancer;
    RawBackend raw;

    void start(URI backend, Timeouts timeouts) throws IOException {
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

    void start(RawBackend.Behaviour behaviour) throws IOException {
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

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Java's client sends some requests again; a socket does not. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    static String readUntil(Socket socket, String end) throws IOException {
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

    String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    BackendTraffic traffic() throws IOException {
        return balancer.statistics().backends().get("a");
    }

    void awaitIdle() throws Exception {
        assertThat(balancer.awaitIdle("a", Duration.ofSeconds(10))).isTrue();
    }
}
