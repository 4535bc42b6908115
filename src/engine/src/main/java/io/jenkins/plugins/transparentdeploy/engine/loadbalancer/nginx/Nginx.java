package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.WeightChange;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog.AccessLog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Steers an nginx on this host. */
public final class Nginx implements LoadBalancer {
    /** The kind's name in the service file. */
    public static final String KIND = "nginx";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    /** A master reads thousands of files in this time. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(60);

    private static final String FILE_COMMENT = "# configuration file ";
    private static final String SHUTDOWN_TIMEOUT = "worker_shutdown_timeout";

    private final NginxSettings settings;
    private final UpstreamFile file;
    private final NginxProcess process;
    private final NginxCommands commands;
    private final Optional<AccessLog> log;

    /** It need not run yet. */
    public Nginx(NginxSettings settings, Host host, Clock clock) {
        this(settings, new NginxCommands(settings, host), clock);
    }

    Nginx(NginxSettings settings, NginxCommands commands, Clock clock) {
        this.settings = settings;
        this.file = new UpstreamFile(settings.upstreamFile());
        this.process = new NginxProcess(settings.pidFile());
        this.commands = commands;
        this.log = settings.accessLog()
                .map(path -> new AccessLog(
                        path,
                        AccessLogLine::parse,
                        LoggedAddresses.of(settings.upstream(), settings.servers()),
                        clock));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = EnumSet.of(Capability.WEIGHTS, Capability.DRAIN, Capability.IN_FLIGHT);
        if (log.isPresent()) {
            capabilities.add(Capability.STATISTICS);
            capabilities.add(Capability.LATENCIES);
        }
        return capabilities;
    }

    @Override
    public synchronized List<String> check() throws IOException {
        read(file.read());
        file.requireWritable();
        process.master();
        commands.test();
        if (log.isPresent()) {
            requireReadable(log.get(), settings.accessLog().orElseThrow());
        }
        Optional<List<String>> lines = commands.grep("^" + FILE_COMMENT + "|^[^#]*" + SHUTDOWN_TIMEOUT);
        if (lines.isEmpty()) {
            return List.of();
        }
        requireIncluded(lines.get());
        return lines.get().stream().anyMatch(line -> line.contains(SHUTDOWN_TIMEOUT))
                ? List.of()
                : List.of(
                        "nginx's old workers stay until the last of their requests ends, and draining waits for all of"
                                + " them: limit it with '" + SHUTDOWN_TIMEOUT
                                + " 60s;' at the top of its configuration");
    }

    private static void requireReadable(AccessLog log, Path path) throws IOException {
        if (!Files.isReadable(path)) {
            throw new RefusedException(
                    "The access log " + path + " of nginx is not there, or not for this user to read",
                    "Write 'access_log " + path + " transparent_deploy;' into nginx's configuration, and let this user"
                            + " read it");
        }
        if (!log.isEmpty() && !log.isUnderstood()) {
            throw new RefusedException(
                    "The access log " + path + " of nginx is written in a form that is not understood",
                    "Give it the log_format '" + AccessLogLine.FORMAT + "'");
        }
    }

    private void requireIncluded(List<String> lines) throws IOException {
        Path ours = file.path().toRealPath();
        for (String line : lines) {
            if (line.startsWith(FILE_COMMENT)) {
                Path included = Path.of(line.substring(FILE_COMMENT.length(), line.lastIndexOf(':')));
                if (Files.exists(included) && included.toRealPath().equals(ours)) {
                    return;
                }
            }
        }
        throw new RefusedException(
                "nginx's configuration does not include the upstream file " + file.path(),
                "Write 'include " + file.path() + ";' into its http block, and 'proxy_pass http://"
                        + settings.upstream() + ";' where its requests come in");
    }

    @Override
    public synchronized List<BackendStatus> backends() throws IOException {
        Upstream upstream = settled();
        return settings.servers().entrySet().stream()
                .map(entry -> status(entry.getKey(), entry.getValue(), upstream))
                .toList();
    }

    /** One that is not in the file yet has the weight that it would be given, so that it is drained and brought in. */
    private static BackendStatus status(String name, String address, Upstream upstream) {
        Upstream.Server server = upstream.servers().getOrDefault(name, new Upstream.Server(address, STANDARD_WEIGHT));
        return new BackendStatus(
                name,
                URI.create("http://" + server.address()),
                Math.min(MAX_WEIGHT, server.weight()),
                OptionalLong.empty());
    }

    private Upstream read(String text) {
        return Upstream.parse(file.path().toString(), text);
    }

    /** The upstream as nginx has it: a change that somebody did not finish is finished first. */
    private Upstream settled() throws IOException {
        Optional<String> before = file.before();
        if (before.isPresent()) {
            try {
                apply();
            } catch (RefusedException e) {
                file.putBack(before.get());
                apply();
            }
            file.settled();
        }
        return read(file.read());
    }

    /** One reload, whatever the number of servers. When nginx does not take it, the old file is back in its place. */
    @Override
    public synchronized void setWeights(Map<String, Integer> weights) throws IOException {
        WeightChange change =
                new WeightChange(weights).requireKnown(settings.servers().keySet());
        Upstream upstream = settled();
        String before = file.read();
        String after = upstream.with(change.weights(), settings.servers())
                .render(settings.upstream(), settings.balancing(), settings.directives());
        if (after.equals(before)) {
            return;
        }
        file.replace(before, after);
        try {
            apply();
        } catch (RefusedException e) {
            file.putBack(before);
            file.settled();
            throw e;
        }
        file.settled();
    }

    /** Has nginx read its configuration, and returns when nothing that arrives is divided by the old one. */
    private void apply() throws IOException {
        commands.test();
        Workers before;
        try {
            before = process.workers();
        } catch (IOException e) {
            // Nobody has anything else, and whoever starts it gives it this file.
            file.settled();
            throw e;
        }
        commands.reload(process.master());
        long deadline = System.nanoTime() + TAKE_OVER.toNanos();
        while (!process.workers().tookOverFrom(before)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new IOException("nginx was told to reload, but no new workers took over in "
                        + TAKE_OVER.toSeconds() + " s: see its error log");
            }
            sleep();
        }
    }

    private static void sleep() throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while nginx reloaded");
        }
    }

    /** Waits for workers that began before the last change: only they could have something for a drained backend. */
    @Override
    public boolean awaitIdle(String backend, Duration timeout) throws IOException, InterruptedException {
        WeightChange.requireKnown(backend, settings.servers().keySet());
        backends();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!process.workers().leaving().isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        }
        return true;
    }

    @Override
    public TrafficStatistics statistics() throws IOException {
        return log.orElseThrow(() -> new RefusedException(
                        "nginx counts no requests that could be read",
                        "Have it log them as the documentation says, and name the file as 'accessLog'"))
                .read();
    }
}
