package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A load balancer in front of a service's instances. Safe for use by several threads. An {@link IOException} means that
 * it could not be asked and asking again may work; a {@link RefusedException} that it was left as it was and asking
 * again will not.
 */
public interface LoadBalancer {
    /** The largest weight. */
    int MAX_WEIGHT = 1000;

    /** The weight of a backend for which nobody chose another; leaves room for shares of one in a hundred. */
    int STANDARD_WEIGHT = 100;

    /** The kind as the service file names it. */
    String kind();

    /** The same for as long as this object lives. */
    Set<Capability> capabilities();

    /**
     * Whether it can be steered, found out without changing anything.
     *
     * @return what a person should know before relying on it, a sentence each without a full stop; mostly nothing
     * @throws RefusedException when it could not do what it is for
     */
    List<String> check() throws IOException;

    /** Every backend, drained ones too, in the order of the configuration. */
    List<BackendStatus> backends() throws IOException;

    /**
     * Gives several backends other shares of new requests, in one step: at no moment are all drained, unless they are to
     * be. When it returns, no request that arrives is divided by the old weights, and a restart of the load balancer keeps
     * the new ones. All or nothing; idempotent.
     *
     * @param weights by backend: 0 (drained: nothing new) to {@link #MAX_WEIGHT}; without {@link Capability#WEIGHTS} every
     *     other weight than 0 is the same. Backends that are not named keep theirs
     * @throws RefusedException when there is no such backend or weight; it lists the backends there are
     */
    void setWeights(Map<String, Integer> weights) throws IOException;

    /** {@link #setWeights} of a single backend. */
    default void setWeight(String backend, int weight) throws IOException {
        setWeights(Map.of(backend, weight));
    }

    /**
     * Waits until a backend has no request in flight. Wait only for one that is drained: the answer is about a moment.
     *
     * @param timeout zero or more
     * @return whether it became idle in time
     * @throws RefusedException when there is no such backend, or without {@link Capability#IN_FLIGHT}
     */
    boolean awaitIdle(String backend, Duration timeout) throws IOException, InterruptedException;

    /**
     * What was counted since the load balancer started.
     *
     * @throws RefusedException without {@link Capability#STATISTICS}
     */
    TrafficStatistics statistics() throws IOException;
}
