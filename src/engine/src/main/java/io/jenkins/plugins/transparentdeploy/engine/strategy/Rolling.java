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
    public int unavailable(int instances) {
        return Math.max(0, batch.of(instances - surge.size()) - surge.size());
    }

    @Override
    public List<String> steps(List<String> instances) {
        List<String> extra = lendable(instances);
        List<String> others = without(instances, extra);
        List<String> steps = new ArrayList<>();
        if (!extra.isEmpty()) {
            steps.add("start " + String.join(", ", extra) + " with it, as an addition");
        }
        for (int from = 0, size = batch.of(others.size()); from < others.size(); from += size) {
            int to = Math.min(from + size, others.size());
            boolean last = to == others.size();
            steps.add("replace " + String.join(", ", others.subList(from, to))
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

    private static List<String> without(List<String> instances, List<String> some) {
        return instances.stream().filter(name -> !some.contains(name)).toList();
    }

    @Override
    public Strategy withoutPauses() {
        return new Rolling(batch, Wait.NONE, false, surge);
    }

    @Override
    public void run(Rollout rollout) throws IOException, InterruptedException {
        List<String> instances = rollout.idleFirst();
        List<String> extra = lendable(instances);
        Batch parked = Batch.parked(rollout, extra);
        List<String> others = without(without(instances, extra), parked.instances());
        List<String> fresh = new ArrayList<>();
        if (!extra.isEmpty()) {
            rollout.lend(extra);
            replace(new Batch(rollout, extra), fresh);
        }
        parked.bringUpToDate();
        int size = sizeOf(others, !parked.isEmpty());
        for (Iterator<Batch> batches = Batch.of(rollout, others, size).iterator(); batches.hasNext(); ) {
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

    /** With fewer in service than are described, a number that is right for all of them may be that of all who serve. */
    private int sizeOf(List<String> serving, boolean fewer) {
        int size = batch.of(serving.size());
        return fewer ? Math.min(size, Math.max(1, serving.size() - 1)) : size;
    }

    private static void replace(Batch batch, List<String> fresh) throws IOException, InterruptedException {
        batch.stage();
        batch.takeOutWhileOthersServe();
        batch.replace();
        batch.awaitReady();
        batch.bringIn();
        fresh.addAll(batch.instances());
    }
}
