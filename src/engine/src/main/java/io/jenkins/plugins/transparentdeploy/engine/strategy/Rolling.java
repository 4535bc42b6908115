package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A few at a time, each drained before and ready after: while one batch changes the others serve.
 *
 * @param batchSize how many instances change at once, at least 1
 * @param pause how long to wait between two batches
 */
public record Rolling(int batchSize, Duration pause) implements Strategy {
    public static final String NAME = "rolling";

    public Rolling {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize is " + batchSize);
        }
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
    public int unavailable(int instances) {
        return Math.min(batchSize, instances);
    }

    @Override
    public Strategy withoutPauses() {
        return new Rolling(batchSize, Duration.ZERO);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        List<String> instances = List.copyOf(rollout.instances());
        for (int from = 0; from < instances.size(); from += batchSize) {
            if (from > 0) {
                rollout.pause(pause);
            }
            Batch batch = new Batch(rollout, instances.subList(from, Math.min(from + batchSize, instances.size())));
            batch.takeOut();
            batch.replace();
            batch.bringIn();
        }
    }
}
