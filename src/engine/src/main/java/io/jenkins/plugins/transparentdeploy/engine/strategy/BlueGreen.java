package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Two slots, of which one serves. The release goes to the idle one, is asked there while nobody depends on it, and then
 * gets all requests in one step. The other slot goes on running, so that the way back is that one step too.
 *
 * @param slots exactly two, without a common instance
 * @param keep how long the slot that served before is kept running; empty until the next release needs it
 */
public record BlueGreen(List<Slot> slots, Optional<Duration> keep) implements Strategy {
    public static final String NAME = "blueGreen";

    /** @throws IllegalArgumentException when there are not two, or they have an instance in common */
    public BlueGreen {
        slots = List.copyOf(slots);
        Set<String> seen = new HashSet<>();
        boolean twice =
                slots.stream().flatMap(slot -> slot.instances().stream()).anyMatch(name -> !seen.add(name));
        if (slots.size() != 2 || twice) {
            throw new IllegalArgumentException("Blue-green takes two slots without a common instance, not " + slots);
        }
    }

    /** The slot that does not serve while that one does. */
    public Slot otherThan(Slot serving) {
        return slots.get(slots.get(0).equals(serving) ? 1 : 0);
    }

    /** The slot of that instance; empty when it is in none. */
    public Optional<Slot> slotOf(String instance) {
        return slots.stream()
                .filter(slot -> slot.instances().contains(instance))
                .findFirst();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.DRAIN, Capability.IN_FLIGHT);
    }

    @Override
    public int unavailable(List<String> instances, Set<String> parked) {
        return 0;
    }

    @Override
    public List<String> steps(List<String> instances, Set<String> parked) {
        String idle = String.join(", ", instances);
        return List.of(
                "replace " + idle + ", which get no requests",
                "ask " + idle + " what the smoke test asks",
                "send all requests to " + idle + " in one step",
                "keep the other slot running "
                        + keep.map(time -> "for " + time.toSeconds() + " s").orElse("until the next release"));
    }

    @Override
    public Strategy withoutPauses() {
        return this;
    }

    /** Slot by slot. */
    @Override
    public Strategy undoing() {
        return new Rolling(slots.get(0).instances().size(), Duration.ZERO);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        Batch idle = Batch.all(rollout);
        if (idle.isEmpty()) {
            return;
        }
        if (!idle.isKept()) {
            idle.stage();
            idle.takeOut();
            idle.replace();
            idle.awaitReady();
            rollout.tryOut(idle.instances());
        }
        rollout.beforeTraffic();
        rollout.pause(Wait.NONE);
        idle.requireReady();
        rollout.switchTo(idle.instances());
    }
}
