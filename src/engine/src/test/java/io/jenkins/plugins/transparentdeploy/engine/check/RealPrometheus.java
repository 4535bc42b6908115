package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A Prometheus server of Debian's, which scrapes itself every second, and what else it is told to. */
public final class RealPrometheus implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=([0-9.:]+)");
    private static final Pattern READY = Pattern.compile("Server is ready to receive web requests");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final Path targets;

    private RealPrometheus(Process process, Path log, Path targets) {
        this.process = process;
        this.log = log;
        this.targets = targets;
    }

    /**
     * Starts one.
     *
     * @param webConfig its own TLS and authentication
     */
    public static RealPrometheus start(Path directory, Optional<Path> webConfig) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "Debian's package prometheus is not installed");
        Path log = directory.resolve("prometheus.log");
        // No port is known before it listens, so what it scrapes is found in a file that is written then.
        Path targets = directory.resolve("targets.json");
        Path configuration = Files.writeString(
                directory.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: itself
                    file_sd_configs: [{files: ['%s'], refresh_interval: 1s}]
                """
                        .formatted(targets));
        List<String> argv = new ArrayList<>(List.of(
                PROGRAM.toString(),
                "--config.file=" + configuration,
                "--web.listen-address=127.0.0.1:0",
                "--storage.tsdb.path=" + directory.resolve("data")));
        webConfig.ifPresent(file -> argv.add("--web.config.file=" + file));
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RealPrometheus server = new RealPrometheus(process, log, targets);
        Awaitility.await().atMost(LONG).until(() -> server.logged(READY));
        server.scrape(server.address());
        return server;
    }

    /** Begins to scrape this too, within some seconds. */
    public void scrapeToo(String address) throws IOException {
        scrape(address(), address);
    }

    private void scrape(String... addresses) throws IOException {
        Files.writeString(targets, "[{\"targets\": [\"" + String.join("\", \"", addresses) + "\"]}]");
    }

    /** Returns when the query gives this value. */
    public void awaitValue(String query, double value) throws IOException {
        PrometheusQuery question = new PrometheusQuery(uri("http"), query, HttpAccess.OPEN, LONG);
        Awaitility.await()
                .atMost(LONG)
                .until(() -> new Prometheus().read(question).value().equals(OptionalDouble.of(value)));
    }

    private boolean logged(Pattern pattern) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("Prometheus ended: " + Files.readString(log));
        }
        return pattern.matcher(Files.readString(log)).find();
    }

    private String address() throws IOException {
        return LISTENING
                .matcher(Files.readString(log))
                .results()
                .map((MatchResult match) -> match.group(1))
                .filter(address -> !address.endsWith(":0"))
                .findFirst()
                .orElseThrow();
    }

    /** @param scheme http or https */
    public URI uri(String scheme) throws IOException {
        return URI.create(scheme + "://" + address());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
