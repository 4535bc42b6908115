package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Instances that change together. */
record Batch(Rollout rollout, List<String> instances) {
    /** All of the rollout's. */
    static Batch all(Rollout rollout) {
        return new Batch(rollout, List.copyOf(rollout.instances()));
    }

    /** These, so many at a time. */
    static List<Batch> of(Rollout rollout, List<String> instances, int size) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < instances.size(); from += size) {
            batches.add(new Batch(rollout, instances.subList(from, Math.min(from + size, instances.size()))));
        }
        return batches;
    }

    boolean isEmpty() {
        return instances.isEmpty();
    }

    /** Whether all that is left to do is to send them requests. */
    boolean isKept() throws IOException {
        for (String instance : instances) {
            if (!rollout.isKept(instance)) {
                return false;
            }
        }
        return true;
    }

    void takeOut() throws IOException, InterruptedException {
        for (String instance : instances) {
            rollout.takeOut(instance);
        }
    }

    void replace() throws IOException, InterruptedException {
        for (String instance : instances) {
            rollout.stop(instance);
        }
        for (String instance : instances) {
            rollout.put(instance);
        }
        for (String instance : instances) {
            rollout.start(instance);
        }
    }

    void awaitReady() throws IOException, InterruptedException {
        for (String instance : instances) {
            rollout.awaitReady(instance);
        }
    }

    void bringIn() throws IOException, InterruptedException {
        for (String instance : instances) {
            rollout.bringIn(instance);
        }
    }
}
