package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a deployment would do, found out without doing any of it. The artifact's content is already in the store then,
 * where it hurts nobody.
 *
 * @param slot the instances that would serve alone; empty when all would
 * @param steps what the strategy would do, for people
 * @param instances the state that each instance that it changes would have
 * @param deltas what would change on each
 * @param delta the same, summed up
 * @param hooks the commands that would run, in their order
 * @param content the whole content, of which each instance gets what is the release's there
 * @param warnings what a person should know before it is done, a sentence each without a full stop
 */
public record Plan(
        Optional<Slot> slot,
        List<String> steps,
        Map<String, InstanceState> instances,
        Map<String, Delta> deltas,
        DeltaSummary delta,
        List<PlannedHook> hooks,
        InstanceState content,
        List<String> warnings) {

    /**
     * Makes the plan for an artifact.
     *
     * @see #make(ManagedEnvironment, ReleaseSource, boolean)
     */
    public static Plan make(ManagedEnvironment environment, Path artifact, boolean force) throws IOException {
        return make(environment, ReleaseSource.artifact(artifact), force);
    }

    /**
     * Makes the plan.
     *
     * @param force whether changes that somebody else made on the targets are to be overwritten (after a snapshot)
     * @throws RefusedException when the deployment cannot be done
     */
    public static Plan make(ManagedEnvironment environment, ReleaseSource source, boolean force) throws IOException {
        refuseAfterFailedRollback(environment, force);
        environment.checkTargets(force);
        environment.refuseDirectoriesOfOthers();
        if (!force) {
            TakenPorts.refuse(environment);
        }
        List<String> warnings = check(environment);
        Optional<Slot> slot = Slots.target(environment);
        List<ManagedInstance> changing = Slots.instances(environment, slot);
        List<String> names = changing.stream().map(ManagedInstance::name).toList();
        warnings.addAll(warnings(environment, names));
        Map<SnapshotStore, Manifest> imported = new HashMap<>();
        Map<String, InstanceState> states = new LinkedHashMap<>();
        Map<String, Delta> deltas = new LinkedHashMap<>();
        DeltaSummary sum = DeltaSummary.NONE;
        InstanceState whole = null;
        Map<ManagedInstance, Manifest> contents = new LinkedHashMap<>();
        for (ManagedInstance instance : changing) {
            Manifest manifest = imported.get(instance.store());
            if (manifest == null) {
                manifest = imported(source, instance, environment);
                imported.put(instance.store(), manifest);
            }
            if (whole == null) {
                whole = instance.stateOf(manifest);
            }
            Manifest content = instance.target().released(manifest);
            contents.put(instance, content);
            Stream.of(MissingProgram.in(instance, content), MissingJar.in(instance, content))
                    .flatMap(Optional::stream)
                    .forEach(missing -> {
                        warnings.add(missing);
                        environment.tell(ReleaseEvent.Type.WARNING, missing, Map.of());
                    });
            states.put(instance.name(), instance.stateOf(content));
        }
        Soundness soundness = new Soundness();
        for (Map.Entry<ManagedInstance, Delta> planned : Concurrently.ask(
                        environment.atATime(),
                        Slots.present(environment, slot),
                        instance -> delta(instance, contents.get(instance), soundness))
                .entrySet()) {
            deltas.put(planned.getKey().name(), planned.getValue());
            sum = sum.plus(summary(planned.getValue()));
            LostAttributes.by(planned.getValue(), planned.getKey()).ifPresent(lost -> {
                warnings.add(lost);
                environment.tell(ReleaseEvent.Type.WARNING, lost, Map.of());
            });
        }
        Drifts.refuseUnlessForced(environment, force);
        return new Plan(
                slot,
                environment.definition().strategy().steps(names, environment.parked()),
                Map.copyOf(states),
                Map.copyOf(deltas),
                sum,
                PlannedHook.of(environment.definition()),
                whole,
                warnings);
    }

    /** Nothing but the store was written to, where half of a content hurts nobody. */
    private static Manifest imported(ReleaseSource source, ManagedInstance instance, ManagedEnvironment environment)
            throws IOException {
        try {
            return source.into(instance.store(), environment.definition().artifact());
        } catch (DiskFullException e) {
            throw new RefusedException(
                    "The content of the release does not fit into the store of " + environment.name() + ": "
                            + e.getMessage(),
                    "'tdeploy prune' removes the content of old releases",
                    e);
        }
    }

    /**
     * What would change on an instance.
     *
     * @throws RefusedException when there is not enough space
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when the content is not whole in the store
     */
    static Delta delta(ManagedInstance instance, Manifest content, Soundness soundness) throws IOException {
        Delta delta = instance.target().plan(content);
        instance.target().requireSpace(delta.bytesToWrite());
        soundness.require(instance, delta);
        return delta;
    }

    /** What is out of reach serves nobody. */
    private static List<String> warnings(ManagedEnvironment environment, List<String> changing) throws IOException {
        List<String> present = new ArrayList<>(changing);
        present.removeAll(environment.absent().keySet());
        List<String> warnings = environment.definition().strategy().warnings(present, environment.parked());
        warnings.forEach(warning -> environment.tell(ReleaseEvent.Type.WARNING, warning, Map.of()));
        return warnings;
    }

    /** Nothing is built on a state that nobody knows, unless somebody insists. */
    private static void refuseAfterFailedRollback(ManagedEnvironment environment, boolean force) throws IOException {
        Optional<ReleaseRecord> broken = environment.history().broken();
        if (broken.isPresent() && !force) {
            String back = environment
                    .history()
                    .owed()
                    .map(owed -> " to " + owed.version())
                    .orElse("");
            throw new RefusedException(
                    "The last rollback of " + broken.get().service() + "/"
                            + broken.get().environment() + back + " failed ("
                            + broken.get().reasonOfState() + "), so nobody knows what is live",
                    "Mend that and run 'tdeploy rollback' again, or deploy over it with --force: it would go back"
                            + back);
        }
    }

    static DeltaSummary summary(Delta delta) {
        return new DeltaSummary(
                delta.created().size(), delta.updated().size(), delta.deleted().size(), delta.bytesToWrite());
    }

    private static List<String> check(ManagedEnvironment environment) throws IOException {
        List<String> warnings = new ArrayList<>(environment
                .loadBalancer()
                .map(balancer -> LoadBalancers.check(environment.definition(), balancer))
                .orElse(List.of()));
        Concurrently.ask(environment.atATime(), environment.present(), instance -> instance.process()
                        .warnings())
                .values()
                .forEach(warnings::addAll);
        for (ManagedInstance instance : environment.present()) {
            warnings.addAll(instance.target().warnings());
        }
        warnings.forEach(warning -> environment.tell(ReleaseEvent.Type.WARNING, warning, Map.of()));
        // Those were told when the hosts were asked.
        warnings.addAll(Machines.warnings(environment));
        environment
                .absent()
                .forEach((instance, left) ->
                        warnings.add(instance + " is left out, for its host cannot be reached: " + left.reason()));
        return warnings;
    }
}
