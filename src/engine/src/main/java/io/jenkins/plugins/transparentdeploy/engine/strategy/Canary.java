package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One instance, or a few, get the release first and a growing share of real requests; at each step they are compared
 * with the others at the same time. Only what passes every step goes to the rest.
 *
 * <p>What gets requests and does not answer is a canary too: it is replaced before those that do, and nobody loses by it.
 *
 * @param canaries their names; empty for the first instance, as when all of these are parked. Where nobody but these serves,
 *     what does not is the canary instead
 * @param steps at least one
 * @param batch how many of the rest change at once
 */
public record Canary(List<String> canaries, List<CanaryStep> steps, BatchSize batch) implements Strategy {
    public static final String NAME = "canary";

    /** One that has the release, and one that it is compared with. */
    private static final int LEAST = 2;

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
    public int unavailable(List<String> instances, Set<String> parked) {
        List<String> active = Lineup.of(instances, parked).active();
        if (active.size() < LEAST) {
            return withoutPauses().unavailable(instances, parked);
        }
        int first = canariesOf(active).size();
        return Math.max(first, batch.of(active.size() - first));
    }

    @Override
    public List<String> warnings(List<String> instances, Set<String> parked) {
        Lineup lineup = Lineup.of(instances, parked);
        List<String> warnings = new ArrayList<>();
        if (lineup.active().size() < LEAST) {
            warnings.add(
                    "the steps of the canary are left out, for there is no second instance that serves, to compare it"
                            + " with");
            warnings.addAll(withoutPauses().warnings(instances, parked));
        } else if (!canaries.isEmpty() && lineup.parked().containsAll(canaries)) {
            warnings.add(String.join(", ", canaries) + " cannot be the canary while parked;" + " "
                    + String.join(", ", canariesOf(lineup.active())) + " is instead");
        }
        return warnings;
    }

    @Override
    public List<String> steps(List<String> instances, Set<String> parked) {
        Lineup lineup = Lineup.of(instances, parked);
        if (lineup.active().size() < LEAST) {
            return withoutPauses().steps(instances, parked);
        }
        List<String> first = canariesOf(lineup.active());
        List<String> rest = Lineup.without(lineup.active(), first);
        List<String> shown = new ArrayList<>(lineup.steps());
        shown.add("replace " + String.join(", ", first));
        steps.forEach(step -> shown.add("give " + String.join(", ", first) + " " + step));
        shown.addAll(withoutPauses().steps(rest, Set.of()));
        return shown;
    }

    @Override
    public Strategy withoutPauses() {
        return new Rolling(batch, Wait.NONE, false);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        Lineup lineup = Lineup.of(rollout.instances(), rollout.parked());
        if (lineup.active().size() < LEAST) {
            withoutPauses().run(rollout);
            return;
        }
        lineup.renewParked(rollout);
        Batch canary = new Batch(rollout, canariesOf(rollout, lineup.active()));
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
        List<String> rest = Lineup.without(Lineup.without(rollout.idleFirst(), lineup.parked()), canary.instances());
        for (Iterator<Batch> batches =
                        Batch.of(rollout, rest, batch.of(rest.size())).iterator();
                batches.hasNext(); ) {
            batches.next().renew();
            if (batches.hasNext()) {
                rollout.pause(Wait.NONE);
            }
        }
    }

    /** Somebody who serves is left meanwhile, as long as anybody does. */
    private List<String> canariesOf(Rollout rollout, List<String> active) throws IOException {
        Set<String> idle = rollout.idle();
        Set<String> silent = rollout.silent();
        List<String> serving = Lineup.without(Lineup.without(active, idle), silent);
        List<String> unserving = Lineup.without(active, serving);
        List<String> chosen =
                canariesOf(Stream.concat(unserving.stream(), serving.stream()).toList());
        if (serving.isEmpty()) {
            return chosen;
        }
        List<String> canary = active.stream()
                .filter(instance -> chosen.contains(instance) || silent.contains(instance))
                .toList();
        return canary.containsAll(serving) ? unserving : canary;
    }

    /** Those that are named; where none of them is there, the first. One is always left. */
    private List<String> canariesOf(List<String> active) {
        List<String> named = active.stream().filter(canaries::contains).toList();
        return named.isEmpty() ? List.of(active.get(0)) : named.subList(0, Math.min(named.size(), active.size() - 1));
    }
}
