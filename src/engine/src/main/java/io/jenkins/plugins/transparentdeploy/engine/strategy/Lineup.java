package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Who of some instances serves, and who is only kept up to date. What is parked changes first and all at once, for nobody is
 * served by it; how many may be out of service is a matter of the others alone.
 *
 * @param parked are not started
 * @param active all others, in their order
 */
record Lineup(List<String> parked, List<String> active) {
    static Lineup of(List<String> instances, Set<String> parked) {
        return new Lineup(instances.stream().filter(parked::contains).toList(), without(instances, parked));
    }

    static List<String> without(List<String> instances, Collection<String> some) {
        return instances.stream().filter(instance -> !some.contains(instance)).toList();
    }

    /** What becomes of the parked ones, for people. */
    List<String> steps() {
        return parked.isEmpty()
                ? List.of()
                : List.of("replace " + String.join(", ", parked) + ", parked and not started");
    }

    /** Neither judged nor waited for. */
    void renewParked(Rollout rollout) throws IOException, InterruptedException {
        if (!parked.isEmpty()) {
            new Batch(rollout, parked).renew();
        }
    }
}
