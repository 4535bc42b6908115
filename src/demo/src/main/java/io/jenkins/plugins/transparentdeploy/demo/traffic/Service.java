package io.jenkins.plugins.transparentdeploy.demo.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.demo.Tdeploy;
import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The service that is released, by {@code tdeploy} as its users run it. */
final class Service {
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            BenchmarkServer.class.getName());

    private final Path directory;
    private final Tdeploy tdeploy;
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    Service(Path jar, Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.tdeploy = new Tdeploy(jar, directory.resolve("state"));
        for (String instance : List.of("a", "b")) {
            ports.put(instance, Proxy.freePort());
        }
    }

    /** A load balancer in front of its instances, with its files in {@code balancer}. */
    Proxy behind(String kind) throws Exception {
        return Proxy.start(kind, directory.resolve("balancer"), servers(), tdeploy);
    }

    private Map<String, String> servers() {
        Map<String, String> servers = new LinkedHashMap<>();
        ports.forEach((instance, port) -> servers.put(instance, "127.0.0.1:" + port));
        return servers;
    }

    void describe(String loadBalancer, String strategy) throws IOException {
        describe(loadBalancer, strategy, "");
    }

    /** @param more further lines of the environment, indented as in the file */
    void describe(String loadBalancer, String strategy, String more) throws IOException {
        for (String instance : ports.keySet()) {
            Files.createDirectories(directory.resolve("instances").resolve(instance));
        }
        String run = JAVA.stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(", "));
        Files.writeString(
                file(),
                """
                service: shop
                environments:
                  benchmark:
                    target: {releases: "%s/instances/{instance}"}
                    instances: {a: {port: %d}, b: {port: %d}}
                    process:
                      run: [%s, "{port}", "{directory}"]
                    ready: {http: "http://127.0.0.1:{port}/ready", timeout: 120s}
                    drain: 20s
                    freezeAfterRollback: false
                    loadBalancer: %s
                    strategy: %s
                """
                                .formatted(directory, ports.get("a"), ports.get("b"), run, loadBalancer, strategy)
                        + more);
    }

    private Path file() {
        return directory.resolve("transparent-deploy.yaml");
    }

    /** Releases a version; it must succeed. */
    void release(String version) throws IOException, InterruptedException {
        expect("SUCCEEDED", attempt(version, Misbehaviour.NONE));
    }

    /** Releases a version that nobody judges, because nobody uses it yet; it must succeed. */
    void deploy(String version) throws IOException, InterruptedException {
        expect("SUCCEEDED", tdeploy("deploy", artifact(version, Misbehaviour.NONE), version));
    }

    /** Releases a version, whatever becomes of it. */
    JsonNode attempt(String version, Misbehaviour misbehaviour) throws IOException, InterruptedException {
        return tdeploy("run", artifact(version, misbehaviour), version);
    }

    private JsonNode tdeploy(String command, Path artifact, String version) throws IOException, InterruptedException {
        return tdeploy.run(event -> {}, command, "-f", file().toString(), "-a", artifact.toString(), "-r", version);
    }

    private Path artifact(String version, Misbehaviour misbehaviour) throws IOException {
        Path artifact = Files.createDirectories(directory.resolve("artifacts").resolve(version));
        Files.writeString(artifact.resolve("version"), version);
        if (misbehaviour != Misbehaviour.NONE) {
            Files.writeString(artifact.resolve(Misbehaviour.FILE), misbehaviour.name());
        }
        return artifact;
    }

    /** Goes back to the release before. */
    Rollback rollBack() throws IOException, InterruptedException {
        long asked = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        JsonNode result = tdeploy.run(event -> {}, "rollback", "-f", file().toString());
        expect("RESTORED", result);
        return new Rollback(asked, decided(result));
    }

    static long decided(JsonNode result) {
        return micros(result.at("/release/incident/decided").asText());
    }

    /**
     * One that was, in microseconds since 1970.
     *
     * @param asked when somebody asked for it, or the first request failed
     * @param decided when all that was to be found out before was known
     */
    record Rollback(long asked, long decided) {}

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    private static void expect(String outcome, JsonNode result) throws IOException {
        if (!result.path("outcome").asText().equals(outcome)) {
            throw new IOException("Not " + outcome + ": " + result);
        }
    }

    /** Starts an instance that nobody is sent to, and ends it; and a tdeploy that only looks. */
    void startAndStopWithoutDeploying(int instances) throws IOException, InterruptedException {
        Path idle = Files.createDirectories(directory.resolve("idle"));
        Files.writeString(idle.resolve("version"), "idle");
        Process looking = tdeploy.start("status");
        for (int i = 0; i < instances; i++) {
            Process process = start(idle, Proxy.freePort());
            TimeUnit.SECONDS.sleep(2);
            process.destroy();
            process.waitFor();
        }
        looking.waitFor();
    }

    static Process start(Path directory, int port) throws IOException {
        return new ProcessBuilder(command(directory, port))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile())
                .start();
    }

    /** How an instance is started. */
    static List<String> command(Path directory, int port) {
        List<String> command = new ArrayList<>(JAVA);
        command.add(Integer.toString(port));
        command.add(directory.toString());
        return command;
    }
}
