package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Draws two backends by weight and takes the one with less in flight for its weight; of equals, the first (Mitzenmacher,
 * "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001).
 */
final class TwoRandomChoices implements BackendSelector {
    private final WeightedRandom draw;

    TwoRandomChoices(RandomGenerator random) {
        this.draw = new WeightedRandom(random);
    }

    @Override
    public Optional<Candidate> select(List<Candidate> candidates) {
        Optional<Candidate> first = draw.select(candidates);
        if (first.isEmpty()) {
            return first;
        }
        Candidate one = first.get();
        List<Candidate> others = candidates.stream()
                .filter(candidate -> !candidate.name().equals(one.name()))
                .toList();
        return draw.select(others)
                .filter(two -> LeastConnections.compareLoad(two, one) < 0)
                .or(() -> first);
    }
}
