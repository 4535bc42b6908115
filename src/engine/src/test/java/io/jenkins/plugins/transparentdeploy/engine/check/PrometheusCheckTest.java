package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Prometheus. */
class PrometheusCheckTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    /** Of "correct horse". */
    private static final String HASH = "$2b$04$T4l2djRxiPfMiFl.k6vYme5t/7cMT0Q4/xy.11uXcGG6LgHcLvHaO";

    @TempDir
    Path directory;

    private CheckRunner runner;

    @BeforeEach
    void open() throws IOException {
        runner = new HostCheckRunner(LocalHost.open(directory.resolve("host")));
    }

    private CheckResult ask(URI server, HttpAccess access, String query, Bounds bounds) throws InterruptedException {
        return runner.run(new PrometheusCheck("figure", new PrometheusQuery(server, query, access, LONG), bounds));
    }

    @Test
    void holdsOneNumberAgainstItsBounds() throws Exception {
        try (RealPrometheus prometheus = RealPrometheus.start(directory, Optional.empty())) {
            URI server = prometheus.uri("http");
            Awaitility.await().atMost(LONG).until(() -> ask(
                            server, HttpAccess.OPEN, "up{job=\"itself\"}", Bounds.atLeast(1))
                    .passed());
            CheckResult scalar = ask(server, HttpAccess.OPEN, "scalar(vector(7))", Bounds.atMost(7));
            assertThat(scalar.passed()).isTrue();
            assertThat(scalar.detail()).isEqualTo("the value is 7");
            assertThat(scalar.sent()).isEqualTo("scalar(vector(7)) to " + server);
            assertThat(scalar.received()).startsWith("HTTP 200").contains("\"resultType\":\"scalar\"");

            assertThat(ask(server, HttpAccess.OPEN, "vector(0.25)", Bounds.atMost(0.2))
                            .detail())
                    .isEqualTo("the value is 0.25 instead of at most 0.2");
            assertThat(ask(server, HttpAccess.OPEN, "-vector(1)/0", Bounds.atMost(0))
                            .passed())
                    .isTrue();
        }
    }

    @Test
    void whatIsNotOneNumberNeverPasses() throws Exception {
        try (RealPrometheus prometheus = RealPrometheus.start(directory, Optional.empty())) {
            URI server = prometheus.uri("http");
            Bounds any = Bounds.atMost(Double.MAX_VALUE);
            Awaitility.await().atMost(LONG).until(() -> ask(server, HttpAccess.OPEN, "go_gc_duration_seconds", any)
                    .detail()
                    .equals("the query gives 5 series; put sum(...) or max(...) around it"));
            assertThat(ask(server, HttpAccess.OPEN, "no_such_metric", any).detail())
                    .isEqualTo("the query gives no series: there is no data");
            assertThat(ask(server, HttpAccess.OPEN, "vector(0)/0", any).detail())
                    .isEqualTo("the query gives NaN: there is no data");
            assertThat(ask(server, HttpAccess.OPEN, "up[1m]", any).detail())
                    .isEqualTo("the query gives a matrix instead of one number");
            assertThat(ask(server, HttpAccess.OPEN, "sum(", any).detail())
                    .startsWith("Prometheus refused the query with 400: ")
                    .contains("parse error");
        }
    }

    @Test
    void asksOverTlsAndWithAPassword() throws Exception {
        SelfSigned certificate = SelfSigned.make(directory, "127.0.0.1");
        Path webConfig = Files.writeString(
                directory.resolve("web.yml"),
                """
                tls_server_config: {cert_file: '%s', key_file: '%s'}
                basic_auth_users: {watcher: '%s'}
                """
                        .formatted(certificate.certificate(), certificate.key(), HASH));
        Path password = Files.writeString(directory.resolve("password"), "correct horse\n");
        try (RealPrometheus prometheus = RealPrometheus.start(directory, Optional.of(webConfig))) {
            URI server = prometheus.uri("https");
            Optional<Credentials> watcher =
                    Optional.of(new Credentials.Basic("watcher", new SecretReference.Stored(password)));
            HttpAccess right = new HttpAccess(watcher, Optional.of(certificate.certificate()));
            assertThat(ask(server, right, "vector(1)", Bounds.atLeast(1)).detail())
                    .isEqualTo("the value is 1");

            HttpAccess anybody = new HttpAccess(Optional.empty(), Optional.of(certificate.certificate()));
            assertThat(ask(server, anybody, "vector(1)", Bounds.atLeast(1)).detail())
                    .isEqualTo("Prometheus answered 401 with something that is not JSON");

            HttpAccess untrusting = new HttpAccess(watcher, Optional.empty());
            assertThat(ask(server, untrusting, "vector(1)", Bounds.atLeast(1)).detail())
                    .startsWith("no trusted TLS connection to " + server.getAuthority());
        }
    }

    @Test
    void refusesWhatCannotBeAsked() {
        URI server = URI.create("http://127.0.0.1:9090");
        assertThatThrownBy(() -> new PrometheusQuery(server, " ", HttpAccess.OPEN, LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("PromQL");
        assertThatThrownBy(() -> new PrometheusQuery(URI.create("http://me:hunter2@prom"), "up", HttpAccess.OPEN, LONG))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("auth")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> new Bounds(java.util.OptionalDouble.empty(), java.util.OptionalDouble.empty()))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new Bounds(java.util.OptionalDouble.of(2), java.util.OptionalDouble.of(1)))
                .isInstanceOf(RefusedException.class);
    }
}
