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
        List<String> first = chosenFrom(instances);
        List<String> rest = without(instances, first);
        if (rest.isEmpty()) {
            return withoutPauses().steps(instances);
        }
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
        List<String> serving =
                without(rollout.idleFirst(), Batch.parked(rollout, List.of()).instances());
        Batch canary = new Batch(rollout, canariesOf(rollout, serving));
        if (canary.instances().size() == serving.size()) {
            // Nobody is left to compare it with, and a share of the requests is all of them.
            withoutPauses().run(rollout);
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
        Batch parked = Batch.parked(rollout, List.of());
        parked.bringUpToDate();
        List<String> rest = without(without(rollout.idleFirst(), parked.instances()), canary.instances());
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

    /**
     * Those that are named, or the first one. What gets requests and does not answer goes before them: without them it would be
     * all there is. So does what is idle, if they alone get requests.
     */
    private List<String> canariesOf(Rollout rollout, List<String> serving) throws IOException {
        List<String> chosen = chosenFrom(serving);
        Set<String> idle = rollout.idle();
        if (idle.containsAll(chosen)) {
            return chosen;
        }
        List<String> others = without(serving, chosen);
        List<String> silent = others.stream().filter(rollout.silent()::contains).toList();
        if (!silent.isEmpty()) {
            return silent;
        }
        return !others.isEmpty() && idle.containsAll(others) ? others : chosen;
    }

    private List<String> chosenFrom(List<String> serving) {
        List<String> named = serving.stream().filter(canaries::contains).toList();
        return named.isEmpty() ? serving.stream().limit(1).toList() : named;
    }

    private static List<String> without(List<String> instances, List<String> some) {
        return instances.stream().filter(instance -> !some.contains(instance)).toList();
    }
}
