package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.util.List;
import java.util.Optional;

/** Takes the backend with the least in flight for its weight; equals have their turns by weight. */
final class LeastConnections implements BackendSelector {
    private final SmoothRoundRobin turns = new SmoothRoundRobin();

    @Override
    public Optional<Candidate> select(List<Candidate> candidates) {
        Optional<Candidate> least =
                candidates.stream().filter(candidate -> candidate.weight() > 0).min(LeastConnections::compareLoad);
        return least.flatMap(best -> turns.select(candidates.stream()
                .filter(candidate -> candidate.weight() > 0 && compareLoad(candidate, best) == 0)
                .toList()));
    }

    /** Compares in flight / weight without dividing; both weights are more than 0. */
    static int compareLoad(Candidate a, Candidate b) {
        return Long.compare(a.inFlight() * b.weight(), b.inFlight() * a.weight());
    }
}
