package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an embedded load balancer is started with.
 *
 * @param host the address to listen on; {@link #LOOPBACK} unless others are to reach it
 * @param port the port to listen on; 0 for any that is free
 * @param controlSocket where it is steered; its directory is for its owner alone
 * @param stateFile where weights outlive a restart
 * @param backends at least one; names are unique
 */
public record EmbeddedLoadBalancerConfig(
        String host,
        int port,
        Path controlSocket,
        Path stateFile,
        Balancing balancing,
        List<Backend> backends,
        Timeouts timeouts) {
    /** Only this machine. */
    public static final String LOOPBACK = "127.0.0.1";

    /** What fits in {@code sockaddr_un.sun_path} with the NUL that ends it, on every POSIX system. */
    private static final int LONGEST_SOCKET_PATH = 103;

    /** @throws RefusedException when it could not be started so */
    public EmbeddedLoadBalancerConfig {
        Objects.requireNonNull(balancing, "balancing");
        Objects.requireNonNull(stateFile, "stateFile");
        backends = List.copyOf(backends);
        if (port < 0 || port > 65_535) {
            throw new RefusedException("The load balancer cannot listen on port " + port, "Give one from 0 to 65535");
        }
        if (controlSocket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
            throw new RefusedException(
                    "The path of the control socket " + controlSocket + " is too long for the operating system",
                    "Use one of at most " + LONGEST_SOCKET_PATH + " bytes");
        }
        if (backends.isEmpty()) {
            throw new RefusedException("The load balancer has no backends", "Give it at least one");
        }
        Set<String> names = new HashSet<>();
        for (Backend backend : backends) {
            if (!names.add(backend.name())) {
                throw new RefusedException(
                        "Two backends are named '" + backend.name() + "'", "Give each a name of its own");
            }
        }
    }

    /** With equal weights and the standard timeouts; the backends in the map's order. */
    public static EmbeddedLoadBalancerConfig of(
            String host, int port, Path controlSocket, Path stateFile, Balancing balancing, Map<String, URI> backends) {
        return new EmbeddedLoadBalancerConfig(
                host,
                port,
                controlSocket,
                stateFile,
                balancing,
                backends.entrySet().stream()
                        .map(entry -> new Backend(entry.getKey(), entry.getValue(), LoadBalancer.STANDARD_WEIGHT))
                        .toList(),
                Timeouts.STANDARD);
    }

    /**
     * Where requests go.
     *
     * @param address {@code http://host:port}, with nothing after it
     * @param weight until another one is set
     */
    public record Backend(String name, URI address, int weight) {
        /** @throws RefusedException when no request could go there */
        public Backend {
            if (name.isBlank()) {
                throw new RefusedException("A backend has no name", "Name it as its instance");
            }
            boolean plain = "http".equalsIgnoreCase(address.getScheme())
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && (address.getRawPath().isEmpty() || address.getRawPath().equals("/"))
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null;
            if (!plain) {
                throw new RefusedException(
                        "The address of the backend '" + name + "' is not of the form http://host:port",
                        "Write it like http://127.0.0.1:8080");
            }
            if (weight < 0 || weight > LoadBalancer.MAX_WEIGHT) {
                throw new RefusedException(
                        "The backend '" + name + "' has the weight " + weight,
                        "Give one from 0 to " + LoadBalancer.MAX_WEIGHT);
            }
        }

        /** Its port, 80 when the address names none. */
        int port() {
            return address.getPort() < 0 ? 80 : address.getPort();
        }
    }

    /**
     * How long things may take; each more than zero.
     *
     * @param connect until a backend accepts a connection
     * @param silence without a byte from a backend that has a request
     * @param pooled how long an idle connection to a backend is kept for the next request: less than any of them does
     * @param shutdown for requests in flight, when the load balancer is stopped
     */
    public record Timeouts(Duration connect, Duration silence, Duration pooled, Duration shutdown) {
        /**
         * The shortest that common servers keep an idle connection is gunicorn's 2 s, then 5 s by Node.js and Apache:
         * 1 s is below them all, and hardly ever reached under load.
         */
        public static final Timeouts STANDARD = new Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(10));

        /** @throws RefusedException when one of them is not more than zero */
        public Timeouts {
            if (Stream.of(connect, silence, pooled, shutdown).anyMatch(timeout -> timeout.toMillis() <= 0)) {
                throw new RefusedException(
                        "A timeout of the load balancer is less than a millisecond", "Give each a longer one");
            }
        }
    }
}
