package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
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

/** A load balancer in front of instances {@code a} and {@code b}, to which nobody sends anything, that can be killed. */
interface KillableBalancer extends Closeable {
    Map<String, URI> BACKENDS = Map.of("a", URI.create("http://127.0.0.1:1"), "b", URI.create("http://127.0.0.1:2"));

    /** What {@code loadBalancer:} says. */
    String inServiceFile();

    LoadBalancer balancer();

    /** Ends it, a process of its own with {@code kill -9}, and starts it again as its operating system would. */
    void killAndStart() throws IOException;

    @Override
    void close() throws IOException;

    /** One that runs. */
    static KillableBalancer start(String kind, Path directory) throws IOException {
        return switch (kind) {
            case "embedded" -> new Embedded(directory);
            case "haproxy" -> haProxy(directory);
            case "nginx" -> nginx(directory);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static KillableBalancer haProxy(Path directory) throws IOException {
        // A socket's path has at most some hundred bytes.
        HaProxyFixture fixture = new HaProxyFixture(Files.createTempDirectory("lb"), BACKENDS, "admin");
        fixture.start();
        return new Debian(
                "{haproxy: {socket: \"%s\", backend: shop, stateFile: \"%s\"}}"
                        .formatted(
                                fixture.settings().socket(),
                                fixture.settings().stateFile().orElseThrow()),
                new HaProxy(fixture.settings(), Clock.systemUTC()),
                () -> {
                    fixture.server().kill();
                    fixture.start();
                },
                fixture.server()::kill);
    }

    private static KillableBalancer nginx(Path directory) throws IOException {
        NginxFixture fixture = new NginxFixture(directory, BACKENDS);
        fixture.start();
        return new Debian(
                "{nginx: {upstreamFile: \"%s\", upstream: shop, servers: {a: \"127.0.0.1:1\", b: \"127.0.0.1:2\"}, configTest: [%s], pidFile: \"%s\"}}"
                        .formatted(
                                fixture.settings().upstreamFile(),
                                String.join(
                                        ", ", fixture.settings().configTest().argv()),
                                fixture.settings().pidFile()),
                fixture.connect(),
                () -> {
                    fixture.server().kill();
                    fixture.start();
                },
                fixture.server()::kill);
    }

    /** This process's own, whose end is a closed socket. */
    final class Embedded implements KillableBalancer {
        private final Path socket = Files.createTempDirectory("lb").resolve("s");
        private final EmbeddedLoadBalancerConfig config;
        private EmbeddedLoadBalancerServer server;

        private Embedded(Path directory) throws IOException {
            config = EmbeddedLoadBalancerConfig.of(
                    "127.0.0.1", 0, socket, directory.resolve("weights.json"), Balancing.WEIGHTED, BACKENDS);
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
        public void killAndStart() throws IOException {
            server.close();
            server = EmbeddedLoadBalancerServer.start(config);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** One of Debian's. */
    record Debian(String inServiceFile, LoadBalancer balancer, Act again, Act end) implements KillableBalancer {
        /** Something done to its processes. */
        @FunctionalInterface
        interface Act {
            void act() throws IOException, InterruptedException;
        }

        private static void attempt(Act act) throws IOException {
            try {
                act.act();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }

        @Override
        public void killAndStart() throws IOException {
            attempt(again);
        }

        @Override
        public void close() throws IOException {
            attempt(end);
        }
    }
}
