package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.util.List;

/** Instances that change together. */
record Batch(Rollout rollout, List<String> instances) {
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

    void bringIn() throws IOException, InterruptedException {
        for (String instance : instances) {
            rollout.awaitReady(instance);
        }
        for (String instance : instances) {
            rollout.bringIn(instance);
        }
    }
}
