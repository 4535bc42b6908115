package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * One instance, or a few, get the release first and a growing share of real requests; at each step they are compared
 * with the others at the same time. Only what passes every step goes to the rest.
 *
 * @param canaries their names; empty for the first instance. Where only these get requests, what is idle is the canary instead
 * @param steps at least one
 * @param batch how many of the rest change at once
 */
public record Canary(List<String> canaries, List<CanaryStep> steps, BatchSize batch) implements Strategy {
    public static final String NAME = "canary";

    /** @throws IllegalArgumentException when there are no steps */
    public Canary {
        canaries = List.copyOf(canaries);
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("A canary without steps");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.WEIGHTS, Capability.DRAIN, Capability.IN_FLIGHT);
    }

    @Override
    public int unavailable(int instances) {
        int first = Math.min(instances, Math.max(1, canaries.size()));
        return Math.max(first, instances == first ? 0 : batch.of(instances - first));
    }

    @Override
    public List<String> steps(List<String> instances) {
        List<String> first = canariesOf(instances);
        List<String> rest = without(instances, first);
        List<String> shown = new ArrayList<>();
        shown.add("replace " + String.join(", ", first));
        steps.forEach(step -> shown.add("give " + String.join(", ", first) + " " + step));
        shown.addAll(new Rolling(batch, Wait.NONE, false).steps(rest));
        return shown;
    }

    @Override
    public Strategy withoutPauses() {
        return new Rolling(batch, Wait.NONE, false);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        Batch canary = new Batch(rollout, canariesOf(rollout));
        if (canary.isEmpty()) {
            return;
        }
        canary.stage();
        canary.takeOutWhileOthersServe();
        canary.replace();
        canary.awaitReady();
        for (CanaryStep step : steps) {
            rollout.share(canary.instances(), step.percent());
            rollout.pause(step.pause());
            rollout.judge(new Trial(
                    "canary at " + step.percent() + " %", canary.instances(), step.window(), step.minimumSamples()));
            rollout.pause(Wait.NONE);
        }
        rollout.shareAsBefore();
        List<String> rest = without(rollout.idleFirst(), canary.instances());
        for (Iterator<Batch> batches =
                        Batch.of(rollout, rest, batch.of(rest.size())).iterator();
                batches.hasNext(); ) {
            Batch next = batches.next();
            next.stage();
            next.takeOutWhileOthersServe();
            next.replace();
            next.awaitReady();
            next.bringIn();
            if (batches.hasNext()) {
                rollout.pause(Wait.NONE);
            }
        }
    }

    private List<String> canariesOf(Rollout rollout) throws IOException {
        List<String> chosen = canariesOf(rollout.idleFirst());
        List<String> idle = rollout.instances().stream()
                .filter(rollout.idle()::contains)
                .filter(instance -> !chosen.contains(instance))
                .toList();
        List<String> others = without(rollout.instances(), chosen);
        return !idle.isEmpty() && idle.containsAll(others) ? idle : chosen;
    }

    private List<String> canariesOf(List<String> instances) {
        return canaries.isEmpty()
                ? instances.stream().limit(1).toList()
                : instances.stream().filter(canaries::contains).toList();
    }

    private static List<String> without(List<String> instances, List<String> some) {
        return instances.stream().filter(instance -> !some.contains(instance)).toList();
    }
}
