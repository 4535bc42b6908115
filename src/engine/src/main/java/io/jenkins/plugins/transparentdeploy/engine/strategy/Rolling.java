package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * A few at a time, each drained before and ready after: while one batch changes the others serve. Instances of the surge
 * serve in the place of what is out, with the new release, and only while it rolls.
 *
 * @param batch how many instances change at once; a share is of those that are not in the surge
 * @param pause between two batches
 * @param judged whether the release is judged on the instances that have it before more get it
 * @param surge the instances that serve while the others change, and are parked otherwise
 */
public record Rolling(BatchSize batch, Wait pause, boolean judged, Set<String> surge) implements Strategy {
    public static final String NAME = "rolling";

    public Rolling {
        surge = Set.copyOf(surge);
    }

    /** Without a surge. */
    public Rolling(BatchSize batch, Wait pause, boolean judged) {
        this(batch, pause, judged, Set.of());
    }

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
    public int unavailable(List<String> instances, Set<String> parked) {
        List<String> extra = lendable(instances);
        return Math.max(0, size(others(instances, extra, parked), parked) - extra.size());
    }

    /** Of those that a scaling rule has left one goes on serving, whatever the batch would be of all. */
    private int size(Lineup others, Set<String> parked) {
        int active = others.active().size();
        int size = batch.of(active);
        return surge.containsAll(parked) ? size : Math.max(1, Math.min(size, active - 1));
    }

    @Override
    public List<String> steps(List<String> instances, Set<String> parked) {
        List<String> extra = lendable(instances);
        Lineup others = others(instances, extra, parked);
        List<String> steps = new ArrayList<>(others.steps());
        if (!extra.isEmpty()) {
            steps.add("start " + String.join(", ", extra) + " with it, as an addition");
        }
        List<String> active = others.active();
        for (int from = 0, size = size(others, parked); from < active.size(); from += size) {
            int to = Math.min(from + size, active.size());
            boolean last = to == active.size();
            steps.add("replace " + String.join(", ", active.subList(from, to))
                    + (judged && !last ? ", judge" : "")
                    + (pause.equals(Wait.NONE) || last ? "" : ", " + pause));
        }
        if (!extra.isEmpty()) {
            steps.add("park " + String.join(", ", extra));
        }
        return steps;
    }

    /** Those of the surge that have something to do: when nothing else changes, nobody has to step in for it. */
    private List<String> lendable(List<String> instances) {
        List<String> extra = instances.stream().filter(surge::contains).toList();
        return extra.size() == instances.size() ? List.of() : extra;
    }

    private static Lineup others(List<String> instances, List<String> extra, Set<String> parked) {
        return Lineup.of(Lineup.without(instances, extra), parked);
    }

    @Override
    public List<String> warnings(List<String> instances, Set<String> parked) {
        Lineup lineup = Lineup.of(instances, parked);
        return surge.isEmpty() && !lineup.parked().isEmpty() && lineup.active().size() == 1
                ? List.of("nobody is served while " + lineup.active().get(0)
                        + " is replaced, for all others are parked; 'scaling: {min: 2}' keeps a second one serving")
                : List.of();
    }

    @Override
    public Strategy withoutPauses() {
        return new Rolling(batch, Wait.NONE, false, surge);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        List<String> instances = rollout.idleFirst();
        List<String> extra = lendable(instances);
        Set<String> parked = rollout.parked();
        Lineup others = others(instances, extra, parked);
        List<String> fresh = new ArrayList<>();
        others.renewParked(rollout);
        if (!extra.isEmpty()) {
            rollout.lend(extra);
            replace(new Batch(rollout, extra), fresh);
        }
        int size = size(others, parked);
        for (Iterator<Batch> batches = Batch.of(rollout, others.active(), size).iterator(); batches.hasNext(); ) {
            replace(batches.next(), fresh);
            if (batches.hasNext()) {
                if (judged) {
                    rollout.judge(Trial.of("judging " + String.join(", ", fresh), fresh));
                }
                rollout.pause(pause);
            }
        }
        rollout.each(extra, rollout::park);
    }

    private static void replace(Batch batch, List<String> fresh) throws IOException, InterruptedException {
        batch.renew();
        fresh.addAll(batch.instances());
    }
}
