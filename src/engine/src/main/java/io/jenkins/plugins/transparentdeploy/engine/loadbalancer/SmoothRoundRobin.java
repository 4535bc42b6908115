package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * nginx's smooth weighted round-robin (ngx_http_upstream_round_robin.c, 2012): each turn every backend is credited its
 * weight, and the one with most credit pays the sum of all weights for the request. Weights 5, 1, 1 give a a b a c a a
 * rather than a a a a a b c.
 */
final class SmoothRoundRobin implements BackendSelector {
    private final Map<String, Long> credits = new HashMap<>();

    @Override
    public Optional<Candidate> select(List<Candidate> candidates) {
        long total = 0;
        Candidate best = null;
        for (Candidate candidate : candidates) {
            if (candidate.weight() == 0) {
                // When it comes back it has neither debts nor savings: both would make a burst.
                credits.remove(candidate.name());
                continue;
            }
            total += candidate.weight();
            long credit = credits.merge(candidate.name(), (long) candidate.weight(), Long::sum);
            if (best == null || credit > credits.get(best.name())) {
                best = candidate;
            }
        }
        if (best != null) {
            credits.merge(best.name(), -total, Long::sum);
        }
        return Optional.ofNullable(best);
    }
}
