package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How requests are divided between the instances while one release is at work. Every change is in the journal before it
 * is made, and the journal knows how it was before, whoever reads it: a release whose process died is undone by another.
 * Safe for use by several threads: one change is made after the other.
 */
final class Traffic {
    private final ReleaseId release;
    private final Journal journal;
    private final LoadBalancer balancer;
    private final Collection<String> instances;
    private final Parked parked;
    private final Map<String, Integer> first = new LinkedHashMap<>();
    private final Map<String, Integer> drainedBefore = new LinkedHashMap<>();

    /** Which instances are parked now. */
    @FunctionalInterface
    interface Parked {
        Collection<String> names() throws IOException;
    }

    /**
     * @param instances those of the service; the load balancer may have other backends, which are left alone
     * @param parked get nothing, whatever they had before
     */
    Traffic(ReleaseId release, Journal journal, LoadBalancer balancer, Collection<String> instances, Parked parked)
            throws IOException {
        this.release = release;
        this.journal = journal;
        this.balancer = balancer;
        this.instances = instances;
        this.parked = parked;
        for (JournalRecord entry : journal.records(release.value())) {
            if (entry instanceof JournalRecord.Intent intent
                    && intent.operation() instanceof Operation.ShiftTraffic shift) {
                first.putIfAbsent(shift.instance(), shift.weightBefore());
            }
        }
    }

    /** What the load balancer refused, or did not answer to, says nothing of what it does. */
    private List<Operation.ShiftTraffic> shiftsDone(String of) throws IOException {
        Map<Long, Operation.ShiftTraffic> intended = new HashMap<>();
        List<Operation.ShiftTraffic> done = new ArrayList<>();
        for (JournalRecord entry : journal.records(of)) {
            if (entry instanceof JournalRecord.Intent intent
                    && intent.operation() instanceof Operation.ShiftTraffic shift) {
                intended.put(intent.seq(), shift);
            } else if (entry instanceof JournalRecord.Done outcome && intended.containsKey(outcome.intent())) {
                done.add(intended.get(outcome.intent()));
            }
        }
        return done;
    }

    /** The weight of each instance that the load balancer knows. */
    synchronized Map<String, Integer> now() throws IOException {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (BackendStatus backend : balancer.backends()) {
            if (instances.contains(backend.name())) {
                weights.put(backend.name(), backend.weight());
            }
        }
        return weights;
    }

    /** The weight of each instance before this release changed any. */
    synchronized Map<String, Integer> before() throws IOException {
        Map<String, Integer> weights = now();
        weights.replaceAll(first::getOrDefault);
        return weights;
    }

    /**
     * The weight of each instance when it serves: what it had before this release or, when an earlier one drained it and
     * did not bring it in again, before that. What somebody else drained stays drained, and what is parked, too: 0.
     */
    synchronized Map<String, Integer> usual() throws IOException {
        Map<String, Integer> weights = before();
        for (Map.Entry<String, Integer> entry : weights.entrySet()) {
            if (entry.getValue() == 0) {
                entry.setValue(drainedBefore(entry.getKey()));
            }
        }
        for (String name : parked.names()) {
            weights.replace(name, 0);
        }
        return weights;
    }

    /** The instances that get nothing now and do when they serve. */
    synchronized Set<String> idle() throws IOException {
        Set<String> idle = new LinkedHashSet<>();
        Map<String, Integer> usual = usual();
        now().forEach((instance, weight) -> {
            if (weight == 0 && usual.get(instance) > 0) {
                idle.add(instance);
            }
        });
        return idle;
    }

    /** The highest weight that an instance has when it serves: what one in the place of any other needs. */
    synchronized int most() throws IOException {
        return usual().values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private int drainedBefore(String instance) throws IOException {
        Integer known = drainedBefore.get(instance);
        if (known == null) {
            known = readDrainedBefore(instance);
            drainedBefore.put(instance, known);
        }
        return known;
    }

    private int readDrainedBefore(String instance) throws IOException {
        for (String earlier : earlierReleases()) {
            List<Operation.ShiftTraffic> ofInstance = shiftsDone(earlier).stream()
                    .filter(shift -> shift.instance().equals(instance))
                    .toList();
            if (!ofInstance.isEmpty()) {
                if (ofInstance.get(ofInstance.size() - 1).weightAfter() > 0) {
                    return 0;
                }
                if (ofInstance.get(0).weightBefore() > 0) {
                    return ofInstance.get(0).weightBefore();
                }
            }
        }
        return 0;
    }

    /** Newest first. */
    private List<String> earlierReleases() {
        List<Segment> segments = new ArrayList<>(journal.segments());
        Collections.reverse(segments);
        LinkedHashSet<String> releases = new LinkedHashSet<>();
        segments.forEach(segment -> releases.add(segment.releaseId()));
        releases.remove(release.value());
        return List.copyOf(releases);
    }

    /**
     * Divides requests by these weights from now on, in one step. Instances that are not named keep theirs; those that
     * the load balancer does not know are left out.
     *
     * @return whether that is a change
     */
    synchronized boolean divide(Map<String, Integer> weights) throws IOException {
        Map<String, Integer> now = now();
        Map<String, Integer> changed = new LinkedHashMap<>();
        List<Operation> shifts = new ArrayList<>();
        weights.forEach((instance, weight) -> {
            Integer present = now.get(instance);
            if (present != null && !present.equals(weight)) {
                changed.put(instance, weight);
                shifts.add(new Operation.ShiftTraffic(instance, present, weight));
                first.putIfAbsent(instance, present);
            }
        });
        if (changed.isEmpty()) {
            return false;
        }
        List<JournalRecord.Intent> intents = journal.intend(shifts);
        try {
            balancer.setWeights(changed);
        } catch (RefusedException e) {
            for (JournalRecord.Intent intent : intents) {
                journal.abandon(intent);
            }
            throw e;
        }
        for (JournalRecord.Intent intent : intents) {
            journal.done(intent);
        }
        return true;
    }

    /** Waits until an instance that gets nothing new has answered what it has; see {@link LoadBalancer#awaitIdle}. */
    boolean awaitIdle(String instance, Duration timeout) throws IOException, InterruptedException {
        return balancer.awaitIdle(instance, timeout);
    }
}
