package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** All at once: simple, never two releases side by side, and not without a gap. */
public record Recreate() implements Strategy {
    public static final String NAME = "recreate";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> needs() {
        return Set.of();
    }

    @Override
    public int unavailable(List<String> instances, Set<String> parked) {
        return Lineup.of(instances, parked).active().size();
    }

    @Override
    public List<String> steps(List<String> instances, Set<String> parked) {
        return List.of("replace " + String.join(", ", instances) + " at once");
    }

    @Override
    public Strategy withoutPauses() {
        return this;
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        Batch all = Batch.all(rollout);
        all.stage();
        all.takeOut();
        all.replace();
        all.awaitReady();
        all.bringIn();
    }
}
