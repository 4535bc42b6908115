package io.jenkins.plugins.transparentdeploy.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** {@code tdeploy run} and {@code tdeploy rollback}, from the start of the command to its end. */
final class TdeployFleet implements FleetContender {
    static final String NAME = "Transparent Deploy";

    private static final int LOOK_MILLIS = 50;

    private final FleetHosts hosts;
    private final Path directory;
    private final Path tdeploy;
    private long peakBytes;
    private Return returned;
    private String stages = "";
    private Duration connected;

    /**
     * How a rollback went, since the command began.
     *
     * @param connected until all hosts were connected to
     * @param decided until it was decided, with all looked at that could speak against it
     * @param restored until all hosts had the release again
     */
    record Return(Duration connected, Duration decided, Duration restored) {
        /** From when all hosts were connected to until they had the release again. */
        Duration afterConnecting() {
            return restored.minus(connected);
        }
    }

    TdeployFleet(FleetHosts hosts, Path directory, Path tdeploy) {
        this.hosts = hosts;
        this.directory = directory;
        this.tdeploy = tdeploy;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String how() {
        return "`tdeploy run`, `tdeploy rollback`; `fleet: {parallel: " + PARALLEL + "}`, target `releases`";
    }

    @Override
    public List<String> needs() {
        return List.of();
    }

    @Override
    public void begin(Path first, Path second) throws IOException {
        Files.createDirectories(directory);
        for (String host : hosts.names()) {
            Files.createDirectories(hosts.directory(host).resolve("tdeploy"));
        }
        String addresses = hosts.names().stream()
                .map(host -> "      " + host + ": {address: 127.0.0.1, port: " + hosts.port(host) + "}\n")
                .collect(Collectors.joining());
        Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: app
                environments:
                  fleet:
                    hosts:
                %s    ssh: {user: "%s", key: {file: "%s"}, agent: false, knownHosts: "%s"}
                    fleet: {parallel: %d}
                    target: {releases: "%s"}
                """
                        .formatted(
                                addresses,
                                hosts.user(),
                                hosts.userKey(),
                                hosts.knownHosts(),
                                PARALLEL,
                                hosts.directory("{host}").resolve("tdeploy")));
        run("run", "--file", "transparent-deploy.yaml", "--artifact", first.toString());
    }

    @Override
    public void release(Path second) throws IOException {
        run("run", "--file", "transparent-deploy.yaml", "--artifact", second.toString());
    }

    @Override
    public void rollBack() throws IOException {
        Instant began = Instant.now();
        JsonNode result = run("rollback", "--service", "app", "--environment", "fleet");
        JsonNode incident = result.findValue("incident");
        if (incident == null || !incident.hasNonNull("restored")) {
            throw new IOException("tdeploy rollback did not say when all was restored: " + result);
        }
        returned = new Return(
                connected,
                Duration.between(began, Instant.parse(incident.get("decided").asText())),
                Duration.between(began, Instant.parse(incident.get("restored").asText())));
    }

    /** The last rollback. */
    Return returned() {
        return returned;
    }

    /** The most memory that a worker had resident; empty where the system does not say. */
    OptionalLong peakMemory() {
        return peakBytes == 0 ? OptionalLong.empty() : OptionalLong.of(peakBytes);
    }

    /** When the last command's worker got where, in seconds since the command began. */
    String stages() {
        return stages;
    }

    private JsonNode run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(tdeploy.toString()));
        command.addAll(List.of(arguments));
        Path state = directory.resolve("state");
        command.addAll(List.of("--json", "--state-dir", state.toString()));
        Instant began = Instant.now();
        Commands.Running running = new Commands.Running(command, directory, Map.of());
        Optional<ProcessHandle> worker = Optional.empty();
        while (running.isRunning()) {
            worker = worker.filter(ProcessHandle::isAlive).or(() -> worker(state));
            if (worker.isPresent()) {
                peakBytes =
                        Math.max(peakBytes, ResidentMemory.peak(worker.get()).orElse(0));
            }
            Commands.pause(LOOK_MILLIS);
        }
        List<String> reached = new ArrayList<>();
        JsonNode last = null;
        for (String line :
                running.finish().lines().filter(said -> said.startsWith("{")).toList()) {
            last = Json.MAPPER.readTree(line);
            if (last.path("data").has("connected")) {
                connected = Duration.between(began, Instant.parse(last.get("at").asText()));
                reached.add(String.format(Locale.ROOT, "%.1f CONNECTED", connected.toMillis() / 1e3));
            }
            if (last.path("type").asText().equals("STATE") && last.hasNonNull("at")) {
                reached.add(String.format(
                        Locale.ROOT,
                        "%.1f %s",
                        Duration.between(began, Instant.parse(last.get("at").asText()))
                                        .toMillis()
                                / 1e3,
                        last.path("message").asText()));
            }
        }
        stages = String.join("; ", reached);
        if (last == null) {
            throw new IOException(String.join(" ", command) + " said nothing");
        }
        return last;
    }

    /** It is a process of its own, nobody's child. */
    private static Optional<ProcessHandle> worker(Path state) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(" worker --state-dir " + state))
                        .isPresent())
                .findFirst();
    }

    @Override
    public Path live(String host) {
        return hosts.directory(host).resolve("tdeploy/current");
    }
}
