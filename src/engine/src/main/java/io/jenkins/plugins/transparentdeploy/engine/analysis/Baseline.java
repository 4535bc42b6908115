package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.util.Optional;
import java.util.Set;

/** What the traffic of a release is compared with: a release is not to blame for what it found. */
public sealed interface Baseline {
    /** Nothing: only the objectives count. */
    record None() implements Baseline {}

    /**
     * What was before the deployment.
     *
     * @param statistics counted then
     */
    record Before(TrafficStatistics statistics) implements Baseline {}

    /**
     * What the stable instances do at the same time, behind the same load balancer.
     *
     * @param backends theirs; at least one
     */
    record Beside(Set<String> backends) implements Baseline {
        public Beside {
            backends = Set.copyOf(backends);
            if (backends.isEmpty()) {
                throw new IllegalArgumentException("Beside no backend there is nothing to compare with");
            }
        }
    }

    /** Nothing. */
    static Baseline none() {
        return new None();
    }

    /** What was before, if it is known. */
    static Baseline before(Optional<TrafficStatistics> statistics) {
        return statistics.<Baseline>map(Before::new).orElseGet(None::new);
    }

    /** What these do meanwhile. */
    static Baseline beside(Set<String> backends) {
        return new Beside(backends);
    }
}
