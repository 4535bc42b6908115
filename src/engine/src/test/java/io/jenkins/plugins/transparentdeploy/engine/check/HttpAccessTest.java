package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS, credentials and what becomes of them, and JSON. */
class HttpAccessTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String TOKEN = "t0ken.with-many~characters";

    @TempDir
    Path directory;

    private HttpServer server;
    private CheckRunner runner;

    @BeforeEach
    void open() throws IOException {
        runner = new HostCheckRunner(LocalHost.open(directory.resolve("host")));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpHandler handler) throws IOException {
        serve(HttpServer.create(address(), 0), handler);
    }

    private void serve(HttpServer made, HttpHandler handler) {
        server = made;
        server.createContext("/", handler);
        server.start();
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Gives away what it was sent, as a careless server does. */
    private static void echo(HttpExchange exchange) throws IOException {
        String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.getResponseHeaders().add("X-Sent", sent);
        answer(exchange, 200, "you sent " + sent);
    }

    private HttpCheck check(String scheme) {
        return HttpCheck.get(
                "api", URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/"), LONG);
    }

    private SecretReference stored(String secret) throws IOException {
        return new SecretReference.Stored(Files.writeString(directory.resolve("secret"), secret));
    }

    private static HttpAccess as(Credentials credentials) {
        return new HttpAccess(Optional.of(credentials), Optional.empty());
    }

    @Test
    void sendsATokenAndKeepsItOutOfTheEvidence() throws Exception {
        serve(HttpAccessTest::echo);
        HttpCheck check = check("http")
                .by(as(new Credentials.Bearer(stored(TOKEN + "\n"))))
                .expecting(new HttpExpectation.BodyContains("Bearer " + TOKEN))
                .expecting(new HttpExpectation.Header("X-Sent", "nothing"));
        CheckResult result = runner.run(check);
        // The body had the token in it, or its absence would be among the reasons.
        assertThat(result.detail()).isEqualTo("the header X-Sent is 'Bearer ***' instead of 'nothing'");
        assertThat(result.received()).contains("you sent Bearer ***");
        assertThat(Json.MAPPER.writeValueAsString(result)).doesNotContain(TOKEN);
    }

    @Test
    void sendsAPasswordAndKeepsItOutOfTheEvidence() throws Exception {
        serve(HttpAccessTest::echo);
        HttpCheck check = check("http")
                .by(as(new Credentials.Basic("me", stored("correct horse"))))
                .expecting(new HttpExpectation.BodyContains("Basic bWU6Y29ycmVjdCBob3JzZQ=="));
        CheckResult result = runner.run(check);
        assertThat(result.passed()).isTrue();
        assertThat(result.received()).contains("you sent Basic ***").doesNotContain("bWU6");
    }

    @Test
    void aSecretFromTheEnvironment() throws Exception {
        serve(HttpAccessTest::echo);
        HttpCheck check = check("http")
                .by(as(new Credentials.Basic("me", new SecretReference.Variable("TDEPLOY_TEST_SECRET"))))
                .expecting(new HttpExpectation.BodyContains("Basic bWU6bm90IGZvciBzZXJ2aWNlcw=="));
        assertThat(runner.run(check).passed()).isTrue();
    }

    @Test
    void aSecretThatIsMissingFailsTheCheckByItsPlace() throws Exception {
        serve(HttpAccessTest::echo);
        Path missing = directory.resolve("missing");
        assertThat(runner.run(check("http").by(as(new Credentials.Bearer(new SecretReference.Stored(missing)))))
                        .detail())
                .isEqualTo("it could not be asked: the file " + missing + " with the secret is missing or cannot be"
                        + " read");
        assertThat(runner.run(check("http").by(as(new Credentials.Bearer(new SecretReference.Variable("NO_SUCH_1")))))
                        .detail())
                .contains("the environment variable NO_SUCH_1 is not set");
        assertThat(runner.run(check("http").by(as(new Credentials.Bearer(stored("two words")))))
                        .detail())
                .contains("cannot be a bearer token")
                .doesNotContain("two words");
    }

    @Test
    void credentialsDoNotFollowRedirects() throws Exception {
        serve(HttpAccessTest::echo);
        HttpCheck following = new HttpCheck("x", check("http").uri(), "GET", true, java.util.List.of(), LONG);
        HttpAccess access = as(new Credentials.Bearer(stored(TOKEN)));
        assertThatThrownBy(() -> following.by(access))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("sent on");
    }

    @Test
    void trustsTheAuthorityThatIsNamedAndNoOther() throws Exception {
        SelfSigned certificate = SelfSigned.make(directory, "127.0.0.1");
        HttpsServer https = HttpsServer.create(address(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context(certificate)));
        serve(https, HttpAccessTest::echo);
        assertThat(runner.run(check("https").by(trusting(certificate.certificate())))
                        .passed())
                .isTrue();
        assertThat(runner.run(check("https")).detail()).startsWith("no trusted TLS connection to 127.0.0.1:");
        Path other = Files.createDirectory(directory.resolve("other"));
        assertThat(runner.run(check("https")
                                .by(trusting(SelfSigned.make(other, "127.0.0.1").certificate())))
                        .detail())
                .startsWith("no trusted TLS connection");
        // The right authority, but a certificate for another name.
        HttpCheck byName = HttpCheck.get(
                        "api",
                        URI.create("https://localhost:" + server.getAddress().getPort() + "/"),
                        LONG)
                .by(trusting(certificate.certificate()));
        assertThat(runner.run(byName).passed()).isFalse();
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        assertThat(runner.run(check("https").by(trusting(empty))).detail()).contains("no certificate in it");
    }

    private static HttpAccess trusting(Path authority) {
        return new HttpAccess(Optional.empty(), Optional.of(authority));
    }

    private static SSLContext context(SelfSigned certificate) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificate.store())) {
            keys.load(in, SelfSigned.PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, SelfSigned.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/status          | UP    | ''",
                "/ready           | true  | ''",
                "/parts/1/load    | 0.5   | ''",
                "/parts/1/load    | 0.50  | ''",
                "/a~1b            | slash | ''",
                "/status          | DOWN  | /status is \"UP\" instead of 'DOWN'",
                "/parts           | 2     | /parts is [{\"load\":1},{\"load\":0.5}] instead of '2'",
                "/missing         | 2     | the body has nothing at /missing",
                "/parts/0/load    | many  | /parts/0/load is 1 instead of 'many'",
            })
    void looksIntoJson(String pointer, String value, String violation) throws Exception {
        serve(exchange -> answer(
                exchange,
                200,
                "{\"status\":\"UP\",\"ready\":true,\"parts\":[{\"load\":1},{\"load\":0.5}],\"a/b\":\"slash\"}"));
        CheckResult result = runner.run(check("http").expecting(HttpExpectation.JsonValue.of(pointer, value)));
        assertThat(result.passed()).isEqualTo(violation.isEmpty());
        if (!violation.isEmpty()) {
            assertThat(result.detail()).isEqualTo(violation);
        }
    }

    @Test
    void whatIsNotJsonFails() throws Exception {
        serve(exchange -> answer(exchange, 200, "<html>"));
        HttpCheck check = check("http").expecting(HttpExpectation.JsonValue.of("/status", "UP"));
        assertThat(runner.run(check).detail()).isEqualTo("the body is not JSON");
        assertThatThrownBy(() -> HttpExpectation.JsonValue.of("status", "UP"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("/status");
    }

    @Test
    void aPatternThatNeverEndsIsGivenUp() throws Exception {
        serve(exchange -> answer(exchange, 200, "a".repeat(5000) + "!"));
        HttpCheck check =
                check("http").expecting(new HttpExpectation.BodyMatches(java.util.regex.Pattern.compile("(.*a){12}b")));
        assertThat(runner.run(check).detail()).contains("takes too long on this text");
    }
}
