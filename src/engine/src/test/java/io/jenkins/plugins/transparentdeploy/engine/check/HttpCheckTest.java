package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCheckTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private CheckRunner runner;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        runner = new HostCheckRunner(LocalHost.open(directory));
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private HttpCheck check(String path) {
        return HttpCheck.get("front page", uri(path), LONG);
    }

    @Test
    void passesAndKeepsTheEvidence() throws Exception {
        serve("/", exchange -> {
            exchange.getResponseHeaders().add("Set-Cookie", "session=hunter2");
            answer(exchange, 200, "welcome");
        });
        CheckResult result = runner.run(check("/?q=1"));
        assertThat(result.passed()).isTrue();
        assertThat(result.kind()).isEqualTo("http");
        assertThat(result.name()).isEqualTo("front page");
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(result.sent()).isEqualTo("GET " + uri("/?q=1"));
        assertThat(result.received())
                .startsWith("HTTP 200\n")
                .endsWith("\nwelcome")
                .doesNotContain("hunter2");
        assertThat(result.took()).isPositive();
    }

    @Test
    void judgesTheStatus() throws Exception {
        serve("/", exchange -> answer(exchange, 503, ""));
        assertThat(runner.run(check("/")).detail()).isEqualTo("the status is 503 instead of 200-299");
        HttpCheck wanted = check("/").expecting(new HttpExpectation.Status(StatusSet.parse("200, 500-503")));
        assertThat(runner.run(wanted).passed()).isTrue();
    }

    @Test
    void judgesBodyAndHeadersAndSaysEverythingThatIsWrong() throws Exception {
        serve("/", exchange -> {
            exchange.getResponseHeaders().add("X-Version", "1.2.3");
            answer(exchange, 200, "version 1.2.3 is up");
        });
        HttpCheck good = check("/")
                .expecting(new HttpExpectation.BodyContains("is up"))
                .expecting(new HttpExpectation.BodyMatches(Pattern.compile("version \\d+")))
                .expecting(new HttpExpectation.Header("x-version", "1.2.3"));
        assertThat(runner.run(good).passed()).isTrue();
        HttpCheck bad = check("/")
                .expecting(new HttpExpectation.BodyContains("is down"))
                .expecting(new HttpExpectation.BodyMatches(Pattern.compile("^up")))
                .expecting(new HttpExpectation.Header("X-Version", "2"))
                .expecting(new HttpExpectation.Header("X-Other", "2"));
        CheckResult result = runner.run(bad);
        assertThat(result.passed()).isFalse();
        assertThat(result.detail())
                .isEqualTo(
                        "the body does not contain 'is down'; nothing in the body matches /^up/; the header X-Version"
                                + " is '1.2.3' instead of '2'; the header X-Other is missing instead of '2'");
    }

    @Test
    void judgesTheLatency() throws Exception {
        serve("/", exchange -> answer(exchange, 200, ""));
        HttpCheck check = check("/").expecting(new HttpExpectation.Latency(Duration.ofNanos(1)));
        assertThat(runner.run(check).detail()).contains("more than 0 ms");
        assertThat(runner.run(check("/").expecting(new HttpExpectation.Latency(LONG)))
                        .passed())
                .isTrue();
    }

    @Test
    void sendsTheMethod() throws Exception {
        serve("/", exchange -> answer(exchange, exchange.getRequestMethod().equals("DELETE") ? 204 : 405, ""));
        HttpCheck check =
                new HttpCheck("delete", uri("/"), "DELETE", false, check("/").expectations(), LONG);
        assertThat(runner.run(check).passed()).isTrue();
        assertThat(runner.run(check("/")).passed()).isFalse();
    }

    @Test
    void followsRedirectsOnlyWhenAsked() throws Exception {
        serve("/new", exchange -> answer(exchange, 200, ""));
        serve("/old", exchange -> {
            exchange.getResponseHeaders().add("Location", "/new");
            answer(exchange, 302, "");
        });
        HttpCheck check = check("/old");
        assertThat(runner.run(check).detail()).contains("302");
        HttpCheck following = new HttpCheck("old", check.uri(), "GET", true, check.expectations(), LONG);
        assertThat(runner.run(following).passed()).isTrue();
    }

    @Test
    void theTimeoutCoversTheBody() throws Exception {
        serve("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            awaitEnd();
            exchange.close();
        });
        CheckResult result = runner.run(HttpCheck.get("slow", uri("/"), Duration.ofMillis(300)));
        assertThat(result.passed()).isFalse();
        assertThat(result.detail()).contains("did not answer within 300 ms");
        assertThat(result.took()).isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anEndlessBodyIsReadToALimit() throws Exception {
        byte[] chunk = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.UTF_8);
        serve("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(chunk);
                }
            }
        });
        CheckResult result = runner.run(check("/").expecting(new HttpExpectation.BodyContains("never")));
        assertThat(result.detail()).isEqualTo("the body does not contain 'never' within its first MiB");
        assertThat(result.received()).hasSizeLessThan(3000);
    }

    @Test
    void saysWhatAFailedConnectionMeans() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        URI refused = URI.create("http://127.0.0.1:" + port + "/");
        assertThat(runner.run(HttpCheck.get("refused", refused, LONG)).detail())
                .isEqualTo("127.0.0.1:" + port + " refused the connection: nothing listens there");
        URI unknown = URI.create("http://no-such-host.invalid/");
        assertThat(runner.run(HttpCheck.get("unknown", unknown, LONG)).detail())
                .isEqualTo("the host of no-such-host.invalid:80 is unknown");
        serve("/", HttpExchange::close);
        assertThat(runner.run(check("/")).detail()).contains("broke off");
    }

    @Test
    void neverRepeatsAPassword() {
        assertThatThrownBy(() -> HttpCheck.get("front page", URI.create("http://me:hunter2@localhost/"), LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("http://***@localhost/")
                .hasMessageContaining("front page")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> HttpCheck.get("x", URI.create("ftp://me:hunter2@localhost/"), LONG))
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void redactsCredentialsThatTheServiceSends() throws Exception {
        serve("/", exchange -> answer(exchange, 200, "see http://me:hun@ter2@internal/x"));
        assertThat(runner.run(check("/")).received()).endsWith("see http://***@internal/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "localhost:80", "ftp://localhost/", "http:///x", "mailto:a@b.c"})
    void refusesWhatIsNoUrl(String uri) {
        assertThatThrownBy(() -> HttpCheck.get("x", URI.create(uri), LONG)).isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /", "CONNECT", "GÉT"})
    void refusesWhatIsNoMethod(String method) {
        assertThatThrownBy(() -> new HttpCheck("x", uri("/"), method, false, java.util.List.of(), LONG))
                .isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "200-", "299-200", "200,,201", "600", "ok"})
    void refusesWhatIsNoStatus(String text) {
        assertThatThrownBy(() -> StatusSet.parse(text)).isInstanceOf(RefusedException.class);
    }

    @Test
    void readsStatuses() {
        StatusSet set = StatusSet.parse("200 - 204, 304");
        assertThat(set).hasToString("200-204, 304");
        assertThat(set.contains(204)).isTrue();
        assertThat(set.contains(205)).isFalse();
        assertThat(set.contains(304)).isTrue();
    }
}
