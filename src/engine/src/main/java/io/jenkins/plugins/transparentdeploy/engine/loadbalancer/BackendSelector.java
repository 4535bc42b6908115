package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.util.List;
import java.util.Optional;

/** Chooses the backend of the next request. Not safe for use by several threads at once. */
public interface BackendSelector {
    /**
     * A backend that could be chosen.
     *
     * @param weight 0 when it could not
     * @param inFlight requests it is answering
     */
    record Candidate(String name, int weight, long inFlight) {}

    /**
     * The backend for the next request; empty when all are drained.
     *
     * @param candidates in an order that stays the same
     */
    Optional<Candidate> select(List<Candidate> candidates);
}
