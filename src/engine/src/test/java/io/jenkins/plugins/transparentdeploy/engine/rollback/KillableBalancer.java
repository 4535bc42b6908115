package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxy;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxyFixture;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxFixture;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;

/** A load balancer in front of instances that can be killed. */
interface KillableBalancer extends Closeable {
    /** Instances {@code a} and {@code b}, to which nobody sends anything. */
    Map<String, URI> NOBODY = Map.of("a", URI.create("http://127.0.0.1:1"), "b", URI.create("http://127.0.0.1:2"));

    /** What {@code loadBalancer:} says. */
    String inServiceFile();

    LoadBalancer balancer();

    /** Where requests come in. */
    URI address();

    /** Ends it, a process of its own with {@code kill -9}. */
    void kill() throws IOException;

    /** Starts it again as its operating system would. */
    void startAgain() throws IOException;

    @Override
    default void close() throws IOException {
        kill();
    }

    /** One that runs. */
    static KillableBalancer start(String kind, Path directory, Map<String, URI> backends) throws IOException {
        return switch (kind) {
            case "embedded" -> new Embedded(directory, backends);
            // A socket's path has at most some hundred bytes.
            case "haproxy" -> haProxy(new HaProxyFixture(Files.createTempDirectory("lb"), backends, "admin"));
            case "nginx" -> nginx(new NginxFixture(directory, backends));
            // As people have them: a request that found nobody goes to the next instance.
            case "haproxy, next" -> haProxy(HaProxyFixture.tryingTheNext(Files.createTempDirectory("lb"), backends));
            case "nginx, next" -> nginx(NginxFixture.tryingTheNext(directory, backends));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static KillableBalancer haProxy(HaProxyFixture fixture) throws IOException {
        fixture.start();
        return new Debian(
                "{haproxy: {socket: \"%s\", backend: shop, stateFile: \"%s\"}}"
                        .formatted(
                                fixture.settings().socket(),
                                fixture.settings().stateFile().orElseThrow()),
                new HaProxy(fixture.settings(), Clock.systemUTC()),
                fixture.address(),
                fixture.server(),
                fixture::start);
    }

    private static KillableBalancer nginx(NginxFixture fixture) throws IOException {
        fixture.start();
        String servers = fixture.settings().servers().entrySet().stream()
                .map(server -> "%s: \"%s\"".formatted(server.getKey(), server.getValue()))
                .collect(Collectors.joining(", "));
        return new Debian(
                "{nginx: {upstreamFile: \"%s\", upstream: shop, servers: {%s}, configTest: [%s], pidFile: \"%s\"}}"
                        .formatted(
                                fixture.settings().upstreamFile(),
                                servers,
                                String.join(
                                        ", ", fixture.settings().configTest().argv()),
                                fixture.settings().pidFile()),
                fixture.connect(),
                fixture.address(),
                fixture.server(),
                fixture::start);
    }

    /** This process's own, whose end is a closed socket. */
    final class Embedded implements KillableBalancer {
        private final Path socket = Files.createTempDirectory("lb").resolve("s");
        private final EmbeddedLoadBalancerConfig config;
        private EmbeddedLoadBalancerServer server;

        private Embedded(Path directory, Map<String, URI> backends) throws IOException {
            config = EmbeddedLoadBalancerConfig.of(
                    "127.0.0.1", 0, socket, directory.resolve("weights.json"), Balancing.WEIGHTED, backends);
            server = EmbeddedLoadBalancerServer.start(config);
        }

        @Override
        public String inServiceFile() {
            return "{embedded: \"" + socket + "\"}";
        }

        @Override
        public LoadBalancer balancer() {
            return new EmbeddedLoadBalancer(socket);
        }

        @Override
        public URI address() {
            return URI.create("http://127.0.0.1:" + server.port());
        }

        @Override
        public void kill() {
            server.close();
        }

        @Override
        public void startAgain() throws IOException {
            server = EmbeddedLoadBalancerServer.start(config);
        }
    }

    /** One of Debian's. */
    record Debian(String inServiceFile, LoadBalancer balancer, URI address, DebianServer server, Start start)
            implements KillableBalancer {
        /** How it is started. */
        @FunctionalInterface
        interface Start {
            void start() throws IOException;
        }

        @Override
        public void kill() throws IOException {
            try {
                server.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }

        @Override
        public void startAgain() throws IOException {
            start.start();
        }
    }
}
