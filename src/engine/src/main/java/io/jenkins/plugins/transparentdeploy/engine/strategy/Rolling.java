package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * A few at a time, each drained before and ready after: while one batch changes the others serve.
 *
 * @param batch how many instances change at once
 * @param pause between two batches
 * @param judged whether the release is judged on the instances that have it before more get it
 */
public record Rolling(BatchSize batch, Wait pause, boolean judged) implements Strategy {
    public static final String NAME = "rolling";

    /** So many at a time, with that pause between two batches. */
    public Rolling(int batch, Duration pause) {
        this(BatchSize.count(batch), new Wait.For(pause), false);
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
        return batch.of(instances);
    }

    @Override
    public List<String> steps(List<String> instances) {
        List<String> steps = new ArrayList<>();
        for (int from = 0, size = batch.of(instances.size()); from < instances.size(); from += size) {
            int to = Math.min(from + size, instances.size());
            boolean last = to == instances.size();
            steps.add("replace " + String.join(", ", instances.subList(from, to))
                    + (judged && !last ? ", judge" : "")
                    + (pause.equals(Wait.NONE) || last ? "" : ", " + pause));
        }
        return steps;
    }

    @Override
    public Strategy withoutPauses() {
        return new Rolling(batch, Wait.NONE, false);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        List<String> fresh = new ArrayList<>();
        int size = batch.of(rollout.instances().size());
        for (Iterator<Batch> batches =
                        Batch.of(rollout, rollout.instances(), size).iterator();
                batches.hasNext(); ) {
            Batch next = batches.next();
            next.stage();
            next.takeOut();
            next.replace();
            next.awaitReady();
            next.bringIn();
            fresh.addAll(next.instances());
            if (batches.hasNext()) {
                if (judged) {
                    rollout.judge(Trial.of("judging " + String.join(", ", fresh), fresh));
                }
                rollout.pause(pause);
            }
        }
    }
}
