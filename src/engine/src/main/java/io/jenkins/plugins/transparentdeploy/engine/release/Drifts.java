package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether somebody else changed managed paths since the last release. */
public final class Drifts {
    private static final int SHOWN = 5;

    private Drifts() {}

    /** What differs from every state that the history can explain, by instance; instances that do not differ are left out. */
    public static Map<String, List<Drift>> find(ManagedEnvironment environment) throws IOException {
        List<Map<String, InstanceState>> explained = explainedStates(environment);
        Set<String> replaced = Machines.replaced(environment);
        Map<String, List<Drift>> found = new LinkedHashMap<>();
        Concurrently.ask(
                        environment.atATime(),
                        environment.present(),
                        instance -> find(environment, instance, explained, replaced.contains(instance.hostName())))
                .forEach((instance, drifts) -> {
                    if (!drifts.isEmpty()) {
                        found.put(instance.name(), drifts);
                    }
                });
        return found;
    }

    /** @param replaced whether its machine is another than before, which nothing was brought to yet */
    private static List<Drift> find(
            ManagedEnvironment environment,
            ManagedInstance instance,
            List<Map<String, InstanceState>> explained,
            boolean replaced)
            throws IOException {
        Set<InstanceState> states = new LinkedHashSet<>(statesSinceItWasLeftOut(environment, instance.name()));
        for (Map<String, InstanceState> each : explained) {
            if (each.containsKey(instance.name())) {
                states.add(each.get(instance.name()));
            }
        }
        List<Manifest> acceptable = new ArrayList<>();
        for (InstanceState state : states) {
            acceptable.add(instance.manifest(state));
        }
        if (replaced && !acceptable.isEmpty()) {
            acceptable.add(Manifest.EMPTY);
        }
        return acceptable.isEmpty() ? List.of() : instance.target().drift(acceptable.toArray(Manifest[]::new));
    }

    /**
     * What releases may have left on an instance that the newest went on without: all states since one that did not. Of an
     * instance that was left out of nothing, none.
     */
    private static List<InstanceState> statesSinceItWasLeftOut(ManagedEnvironment environment, String instance)
            throws IOException {
        List<InstanceState> states = new ArrayList<>();
        boolean leftOut = false;
        for (ReleaseId id : environment.history().ids()) {
            Optional<ReleaseRecord> record = environment.history().find(id);
            if (record.isEmpty() || record.get().instances().isEmpty()) {
                continue;
            }
            boolean without = record.get().leftOut().containsKey(instance);
            leftOut |= without;
            if (record.get().instances().containsKey(instance)) {
                states.add(record.get().instances().get(instance));
            }
            if (record.get().tookEffect() && !without) {
                break;
            }
        }
        return leftOut ? states : List.of();
    }

    /** The first of them, for people. */
    static String describe(List<Drift> drifts) {
        return drifts.stream().limit(SHOWN).map(Drift::toString).collect(Collectors.joining(", "))
                + (drifts.size() > SHOWN ? " and " + (drifts.size() - SHOWN) + " more" : "");
    }

    /** The live state; after a release that did not end well, also the two states that it may have stopped between. */
    private static List<Map<String, InstanceState>> explainedStates(ManagedEnvironment environment) throws IOException {
        ReleaseHistory history = environment.history();
        List<Map<String, InstanceState>> states = new ArrayList<>();
        Optional<ReleaseRecord> live = history.live();
        live.ifPresent(record -> states.add(record.instances()));
        Optional<ReleaseRecord> newest = history.newestThatActed();
        if (newest.isPresent() && !newest.get().tookEffect() && newest.get().state() != ReleaseState.ABANDONED) {
            states.add(newest.get().instances());
            if (newest.get().before().isPresent()) {
                history.rollbackPoint(newest.get().before().get()).ifPresent(point -> states.add(point.instances()));
            }
        }
        return states;
    }

    /**
     * Refuses to go on when there is drift.
     *
     * @param force whether to go on all the same; whoever forces must have taken a rollback point first
     */
    public static void refuseUnlessForced(ManagedEnvironment environment, boolean force) throws IOException {
        if (environment.history().live().isEmpty()) {
            return;
        }
        Map<String, List<Drift>> drifts = find(environment);
        if (drifts.isEmpty()) {
            return;
        }
        String shown = drifts.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + describe(entry.getValue()))
                .collect(Collectors.joining("; "));
        if (!force) {
            throw new RefusedException(
                    Obstacle.CHANGED_BY_OTHERS,
                    "Managed paths were changed since the last release (" + shown + ")",
                    "Put them back, declare them under 'shared' or 'exclude', or force: they are snapshotted first");
        }
        environment.tell(ReleaseEvent.Type.WARNING, "overwriting, after a snapshot: " + shown, Map.of("drift", drifts));
    }
}
