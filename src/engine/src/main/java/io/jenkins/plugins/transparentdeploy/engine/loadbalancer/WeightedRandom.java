package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Draws a backend with a probability in proportion to its weight. */
final class WeightedRandom implements BackendSelector {
    private final RandomGenerator random;

    WeightedRandom(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public Optional<Candidate> select(List<Candidate> candidates) {
        long total = candidates.stream().mapToLong(Candidate::weight).sum();
        if (total == 0) {
            return Optional.empty();
        }
        long drawn = random.nextLong(total);
        for (Candidate candidate : candidates) {
            drawn -= candidate.weight();
            if (drawn < 0) {
                return Optional.of(candidate);
            }
        }
        throw new IllegalStateException("The weights add up to less than their sum " + total);
    }
}
