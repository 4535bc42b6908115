package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

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

    /** The whole protocol: out, changed, and in again when they are ready. */
    void renew() throws IOException, InterruptedException {
        stage();
        takeOutWhileOthersServe();
        replace();
        awaitReady();
        bringIn();
    }

    boolean isEmpty() {
        return instances.isEmpty();
    }

    /** Whether all that is left to do is to send them requests. */
    boolean isKept() throws IOException, InterruptedException {
        AtomicBoolean kept = new AtomicBoolean(true);
        rollout.each(instances, instance -> {
            if (kept.get() && !rollout.isKept(instance)) {
                kept.set(false);
            }
        });
        return kept.get();
    }

    void stage() throws IOException, InterruptedException {
        rollout.each(instances, rollout::stage);
    }

    void takeOut() throws IOException, InterruptedException {
        rollout.each(instances, rollout::takeOut);
    }

    /**
     * Takes them out only as long as all others in service are ready: what was brought in before may have died since.
     *
     * @throws NotReadyException when one of the others is not; none of these is stopped then
     */
    void takeOutWhileOthersServe() throws IOException, InterruptedException {
        requireOthers();
        takeOut();
        // To drain them may have taken long, and as long as they run they can be brought in again at once.
        requireOthers();
    }

    private void requireOthers() throws IOException, InterruptedException {
        rollout.ask(rollout.remaining(instances), rollout::requireReady);
        // The rollout may go on without one that is not, and then without these there may be nobody.
        rollout.remaining(instances);
    }

    /** Before they get requests, when that they were ready is some time ago. */
    void requireReady() throws IOException, InterruptedException {
        rollout.ask(instances, rollout::requireReady);
    }

    void replace() throws IOException, InterruptedException {
        rollout.each(instances, rollout::stop);
        rollout.each(instances, rollout::put);
        rollout.each(instances, rollout::start);
    }

    void awaitReady() throws IOException, InterruptedException {
        rollout.each(instances, rollout::awaitReady);
    }

    void bringIn() throws IOException, InterruptedException {
        rollout.each(instances, rollout::bringIn);
    }
}
