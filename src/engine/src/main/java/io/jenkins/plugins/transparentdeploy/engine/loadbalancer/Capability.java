package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

/** What a load balancer can do; a strategy that needs more than it has is refused before anything is touched. */
public enum Capability {
    /** Divides traffic by weight, not only between all and nothing. */
    WEIGHTS,
    /** Stops giving new requests to a backend without breaking those it has. */
    DRAIN,
    /** Knows when a drained backend has answered all that it was given. */
    IN_FLIGHT,
    /** Counts requests and failures of each backend. */
    STATISTICS,
    /** Counts how long requests took, not only on average. */
    LATENCIES
}
