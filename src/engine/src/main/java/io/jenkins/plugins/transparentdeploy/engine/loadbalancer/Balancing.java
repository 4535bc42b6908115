package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** How requests are divided between backends. All honour weights and never choose a drained backend. */
public enum Balancing {
    /** In turn, by weight, spread evenly: nginx's smooth weighted round-robin. */
    @JsonProperty("round-robin")
    ROUND_ROBIN(SmoothRoundRobin::new),
    /** Of two drawn by weight, the one with less in flight: "the power of two choices". */
    @JsonProperty("random")
    RANDOM(() -> new TwoRandomChoices(RandomGenerator.getDefault())),
    /** Drawn by weight, whatever is in flight. */
    @JsonProperty("weighted")
    WEIGHTED(() -> new WeightedRandom(RandomGenerator.getDefault())),
    /** The one with the least in flight for its weight; in turn among equals. */
    @JsonProperty("least-connections")
    LEAST_CONNECTIONS(LeastConnections::new);

    private final Supplier<BackendSelector> selector;

    Balancing(Supplier<BackendSelector> selector) {
        this.selector = selector;
    }

    /** A selector that starts afresh. */
    public BackendSelector newSelector() {
        return selector.get();
    }

    /**
     * By the name it has in the service file, such as {@code round-robin}.
     *
     * @throws RefusedException when there is none; it lists those there are
     */
    public static Balancing named(String name) {
        return Arrays.stream(values())
                .filter(balancing -> balancing.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        "There is no balancing '" + name + "'",
                        "Use one of "
                                + Arrays.stream(values())
                                        .map(Balancing::toString)
                                        .collect(Collectors.joining(", "))));
    }

    /** The name in the service file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
