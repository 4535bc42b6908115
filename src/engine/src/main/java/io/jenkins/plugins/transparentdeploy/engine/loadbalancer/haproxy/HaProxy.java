package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TimedConnection;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.WeightChange;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog.AccessLog;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Steers a running HAProxy (2.5 or newer). Holds no connection in between. */
public final class HaProxy implements LoadBalancer {
    /** The kind's name in the service file. */
    public static final String KIND = "haproxy";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** Longer than a runnable thread waits for its turn, unless a machine is busy beyond use. */
    private static final Duration SURELY_IDLE = Duration.ofMillis(150);
    /** HAProxy's numbers for what to show. */
    private static final int WHOLE_BACKEND = 2;

    private static final int SERVERS = 4;
    private static final String ADMIN = "admin";

    private final HaProxySettings settings;
    private final RuntimeApi api;
    private final Clock clock;
    private Optional<AccessLog> log = Optional.empty();

    /** It need not run yet. */
    public HaProxy(HaProxySettings settings, Clock clock) {
        this.settings = settings;
        this.api = new RuntimeApi(settings.address());
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> capabilities =
                EnumSet.of(Capability.WEIGHTS, Capability.DRAIN, Capability.IN_FLIGHT, Capability.STATISTICS);
        if (settings.accessLog().isPresent()) {
            capabilities.add(Capability.LATENCIES);
        }
        return capabilities;
    }

    @Override
    public List<String> check() throws IOException {
        servers();
        String level = api.ask("show cli level");
        if (!level.equals(ADMIN)) {
            throw new RefusedException(
                    api + " lets this user only look (" + level + ")",
                    "Write 'level admin' behind its 'stats socket " + settings.socket() + "'");
        }
        List<String> warnings = new ArrayList<>();
        settings.stateFile()
                .ifPresentOrElse(
                        HaProxy::requireWritable,
                        () -> warnings.add(
                                "HAProxy forgets weights and drained servers when it is reloaded or restarted: give the load"
                                        + " balancer a 'stateFile', and its backend '"
                                        + settings.backend()
                                        + "' the lines 'load-server-state-from-file local' and"
                                        + " 'server-state-file-name' with the same path"));
        String algorithm = statistics(WHOLE_BACKEND).values().stream()
                .findFirst()
                .map(ServerStatistics::algorithm)
                .orElse("");
        settings.balancing()
                .map(HaProxySettings::balance)
                .filter(balance -> !algorithm.isEmpty() && !balance.startsWith(algorithm))
                // What HAProxy, at least up to 2.6, says of 'random'.
                .filter(balance -> !algorithm.equals("unknown") || !balance.startsWith("random"))
                .ifPresent(balance -> warnings.add("HAProxy divides the requests of its backend '" + settings.backend()
                        + "' by '" + algorithm + "': write 'balance " + balance + "' into its configuration"));
        if (settings.accessLog().isPresent()) {
            logWarning(settings.accessLog().get(), openLog(settings.accessLog().get()))
                    .ifPresent(warnings::add);
        }
        return warnings;
    }

    /** It may hold other lines too, so that it is only missing something when requests were answered. */
    private Optional<String> logWarning(Path path, AccessLog log) throws IOException {
        if (!Files.isReadable(path)) {
            throw new RefusedException(
                    "The log " + path + " of HAProxy is not there, or not for this user to read",
                    "Have rsyslog write it as the documentation says, and let this user read it");
        }
        boolean answered = statistics(SERVERS).values().stream()
                .anyMatch(server -> server.traffic().requests() > 0);
        return answered && !log.isUnderstood()
                ? Optional.of("HAProxy's log " + path + " has no request of the backend '" + settings.backend()
                        + "' in the form that is understood: write 'log-format \"" + HttpLogLine.FORMAT
                        + "\"' into the section that its requests come in by")
                : Optional.empty();
    }

    /** By server, for a server's name is what HAProxy logs. */
    private AccessLog openLog(Path path) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        servers().forEach(server -> names.put(server.name(), settings.instance(server.name())));
        return new AccessLog(path, line -> HttpLogLine.parse(line, settings.backend()), names, clock);
    }

    private static void requireWritable(Path stateFile) {
        Path directory = stateFile.toAbsolutePath().getParent();
        if (directory == null || !Files.isWritable(directory)) {
            throw new RefusedException(
                    "The state of HAProxy's servers cannot be kept in " + stateFile + ": this user may not write to "
                            + directory,
                    "Create the directory and give it to this user, or name another 'stateFile'");
        }
    }

    private List<ServerState> servers() throws IOException {
        return ServerState.parse(api.ask("show servers state " + settings.backend()))
                .orElseThrow(() -> new RefusedException(
                        "HAProxy has no backend '" + settings.backend() + "'", "Use one of " + backendNames()));
    }

    private String backendNames() {
        try {
            return api.ask("show backend")
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            return "those in its configuration";
        }
    }

    private Map<String, ServerStatistics> statistics(int type) throws IOException {
        return ServerStatistics.parse(api.ask("show stat " + settings.backend() + " " + type + " -1 typed"));
    }

    @Override
    public List<BackendStatus> backends() throws IOException {
        List<ServerState> servers = servers();
        Map<String, ServerStatistics> statistics = statistics(SERVERS);
        return servers.stream()
                .map(server -> new BackendStatus(
                        settings.instance(server.name()),
                        server.uri(),
                        server.share(),
                        statistics.containsKey(server.name())
                                ? OptionalLong.of(statistics.get(server.name()).inFlight())
                                : OptionalLong.empty()))
                .toList();
    }

    /**
     * Those that get more come first, so that at no moment all are drained. The commands are one line; what HAProxy has
     * after it is read back, and put back when it is not what was asked for.
     */
    @Override
    public synchronized void setWeights(Map<String, Integer> weights) throws IOException {
        List<ServerState> before = servers();
        WeightChange change = new WeightChange(weights).requireKnown(names(before));
        Map<ServerState, Integer> changed = new LinkedHashMap<>();
        before.forEach(server -> {
            Integer share = change.weights().get(settings.instance(server.name()));
            if (share != null && !server.has(share)) {
                changed.put(server, share);
            }
        });
        if (!changed.isEmpty()) {
            String said = api.ask(commands(changed));
            if (!said.isEmpty() || !inForce(changed)) {
                putBack(changed.keySet());
                throw new RefusedException(
                        "HAProxy did not take the weights " + change.weights() + " for its backend '"
                                + settings.backend() + "'"
                                + (said.isEmpty()
                                        ? ""
                                        : ": " + said.lines().findFirst().get()),
                        "See what 'show servers state " + settings.backend()
                                + "' says; a server that tracks another, or is 'disabled' by DNS, follows that");
            }
        }
        try {
            keepState();
        } catch (IOException e) {
            putBack(changed.keySet());
            throw e;
        }
    }

    private List<String> names(List<ServerState> servers) {
        return servers.stream().map(server -> settings.instance(server.name())).toList();
    }

    private List<String> commands(Map<ServerState, Integer> changed) {
        List<String> commands = new ArrayList<>();
        changed.forEach((server, share) -> {
            if (share > server.share()) {
                commands.addAll(commands(server, share));
            }
        });
        changed.forEach((server, share) -> {
            if (share <= server.share()) {
                commands.addAll(commands(server, share));
            }
        });
        return commands;
    }

    /** The weight comes before the state, so that a server never gets requests by a weight that is not meant. */
    private List<String> commands(ServerState server, int share) {
        String set = "set server " + settings.backend() + "/" + server.name();
        if (share == 0) {
            return List.of(set + " state maint");
        }
        List<String> commands = new ArrayList<>();
        if (!server.hasWeightFor(share)) {
            commands.add(set + " weight " + ServerState.weightFor(share));
        }
        if (server.isOut()) {
            commands.add(set + " state ready");
        }
        return commands;
    }

    private boolean inForce(Map<ServerState, Integer> changed) throws IOException {
        Map<String, ServerState> now = new LinkedHashMap<>();
        servers().forEach(server -> now.put(server.name(), server));
        return changed.entrySet().stream()
                .allMatch(entry -> now.containsKey(entry.getKey().name())
                        && now.get(entry.getKey().name()).has(entry.getValue()));
    }

    private void putBack(Set<ServerState> before) throws IOException {
        List<String> commands = new ArrayList<>();
        for (ServerState server : before) {
            String set = "set server " + settings.backend() + "/" + server.name();
            commands.add(set + " weight " + server.weight());
            commands.add(set + " state " + server.stateName());
        }
        if (!commands.isEmpty()) {
            api.ask(commands);
        }
    }

    /** Only what a start would not make so by itself: what is written stays right when the configuration changes. */
    private void keepState() throws IOException {
        if (settings.stateFile().isPresent()) {
            List<ServerState> servers = servers();
            DurableFiles.write(settings.stateFile().get(), ServerState.file(servers));
        }
    }

    @Override
    public boolean awaitIdle(String backend, Duration timeout) throws IOException, InterruptedException {
        WeightChange.requireKnown(backend, names(servers()));
        String server = settings.server(backend);
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            // A thread of HAProxy's that chose the server just before it was drained counts its request a little later,
            // or when a busy machine lets it run again: idle is who is seen so for a while.
            Optional<Long> idleSince = Optional.empty();
            while (true) {
                long now = System.nanoTime();
                ServerStatistics statistics = statistics(SERVERS).get(server);
                idleSince = statistics != null && statistics.inFlight() == 0
                        ? idleSince.or(() -> Optional.of(now))
                        : Optional.empty();
                if (idleSince
                        .filter(since -> now - since >= SURELY_IDLE.toNanos())
                        .isPresent()) {
                    return true;
                }
                if (idleSince.isEmpty() && now - deadline >= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
            }
        } catch (InterruptedIOException e) {
            throw TimedConnection.interruption(e);
        }
    }

    @Override
    public synchronized TrafficStatistics statistics() throws IOException {
        if (settings.accessLog().isPresent()) {
            if (log.isEmpty()) {
                log = Optional.of(openLog(settings.accessLog().get()));
            }
            return log.get().read();
        }
        Instant since = ProcessInfo.parse(api.ask("show info")).since();
        Map<String, BackendTraffic> traffic = new LinkedHashMap<>();
        statistics(SERVERS).forEach((server, figures) -> traffic.put(settings.instance(server), figures.traffic()));
        return new TrafficStatistics(since, traffic);
    }
}
