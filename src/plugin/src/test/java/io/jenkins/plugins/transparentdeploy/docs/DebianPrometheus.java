package io.jenkins.plugins.transparentdeploy.docs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real Prometheus, which asks a service for its metrics every second, under the name {@code shop}. */
final class DebianPrometheus implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");

    private final String address = "127.0.0.1:" + DebianProxy.freePort();
    private final Process process;

    DebianPrometheus(Path directory, int port) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "the Debian package prometheus is not installed");
        Path log = directory.resolve("prometheus.log");
        Path configuration = Files.writeString(
                directory.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: shop
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """
                        .formatted(port));
        process = new ProcessBuilder(List.of(
                        PROGRAM.toString(),
                        "--config.file=" + configuration,
                        "--web.listen-address=" + address,
                        "--storage.tsdb.path=" + directory.resolve("prometheus")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("Prometheus ended: " + Files.readString(log));
            }
            return isReady();
        });
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/-/ready"))
                    .build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** A Jenkinsfile of the documentation, for this one. */
    String here(String jenkinsfile) {
        return jenkinsfile.replace("127.0.0.1:9090", address);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
