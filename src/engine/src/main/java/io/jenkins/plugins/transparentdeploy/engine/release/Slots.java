package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.strategy.BlueGreen;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of two slots serves, and which one a release goes to. */
final class Slots {
    private Slots() {}

    /** The slot that the next release goes to; empty when the strategy changes the instances that serve. */
    static Optional<Slot> target(ManagedEnvironment environment) throws IOException {
        if (!(environment.definition().strategy() instanceof BlueGreen blueGreen)) {
            return Optional.empty();
        }
        Optional<ReleaseRecord> live = environment.history().live();
        if (live.isEmpty()) {
            return Optional.of(blueGreen.slots().get(0));
        }
        // After a rollback that failed the records do not know which slot serves: the load balancer does.
        Optional<Slot> recorded = environment.history().broken().isPresent()
                ? Optional.empty()
                : live.get().slot().filter(blueGreen.slots()::contains);
        Slot serving = recorded.isPresent() ? recorded.get() : byTraffic(environment, blueGreen);
        return Optional.of(blueGreen.otherThan(serving));
    }

    /** No record says it: whichever alone gets requests; the first, when both do. */
    private static Slot byTraffic(ManagedEnvironment environment, BlueGreen blueGreen) throws IOException {
        if (environment.loadBalancer().isEmpty()) {
            return blueGreen.slots().get(0);
        }
        Set<String> getting = environment.loadBalancer().get().backends().stream()
                .filter(backend -> backend.weight() > 0)
                .map(backend -> backend.name())
                .collect(Collectors.toSet());
        return blueGreen.slots().stream()
                .filter(slot -> slot.instances().stream().anyMatch(getting::contains))
                .findFirst()
                .orElse(blueGreen.slots().get(0));
    }

    /** Those of them that can be asked. */
    static List<ManagedInstance> present(ManagedEnvironment environment, Optional<Slot> slot) {
        List<ManagedInstance> present = environment.present();
        return instances(environment, slot).stream().filter(present::contains).toList();
    }

    /** The instances that a release to that slot changes; all when there is none. */
    static List<ManagedInstance> instances(ManagedEnvironment environment, Optional<Slot> slot) {
        return environment.instances().stream()
                .filter(instance -> slot.isEmpty() || slot.get().instances().contains(instance.name()))
                .toList();
    }
}
