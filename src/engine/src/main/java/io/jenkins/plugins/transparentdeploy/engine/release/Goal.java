package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory.Restorable;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a rollback brings to the instances that it changes. With two slots these are the ones that do not serve, whichever
 * instances had that content when it was live.
 *
 * @param slot the instances that serve alone afterwards; empty when all do
 * @param instances the state of each instance that is changed
 */
public record Goal(Optional<Slot> slot, Map<String, InstanceState> instances) {

    /**
     * Finds out; may copy objects into another store, where they hurt nobody.
     *
     * @throws RefusedException when there is no state for an instance
     */
    public static Goal of(ManagedEnvironment environment, Restorable restorable) throws IOException {
        Optional<Slot> slot = Slots.target(environment);
        Map<String, InstanceState> states = new LinkedHashMap<>();
        for (ManagedInstance instance : Slots.instances(environment, slot)) {
            String source = source(environment, restorable, instance);
            InstanceState state = restorable.instances().get(source);
            if (state == null) {
                throw new RefusedException(
                        restorable.id() + " has no state for the instance '" + instance.name() + "'",
                        "Roll back to a release that ran on the same instances as now");
            }
            Optional<InstanceState> captured =
                    restorable.isRelease() ? LastCaptured.of(environment, restorable.id(), instance) : Optional.empty();
            states.put(
                    instance.name(),
                    captured.isPresent() ? captured.get() : transplanted(environment, state, source, instance));
        }
        return new Goal(slot, states);
    }

    /** One with the content it is to have. A machine that was added since gets what the others had. */
    private static String source(ManagedEnvironment environment, Restorable restorable, ManagedInstance instance) {
        String source = restorable.servedBy(instance.name());
        if (restorable.instances().containsKey(source) || !instance.isRemote()) {
            return source;
        }
        return environment.instances().stream()
                .filter(other -> other.isRemote() && restorable.instances().containsKey(other.name()))
                .map(other -> restorable.servedBy(other.name()))
                .findFirst()
                .orElse(source);
    }

    private static InstanceState transplanted(
            ManagedEnvironment environment, InstanceState state, String source, ManagedInstance to) throws IOException {
        if (source.equals(to.name())) {
            return state;
        }
        ManagedInstance from = environment.instances().stream()
                .filter(instance -> instance.name().equals(source))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        "The instance '" + source + "', which has that content, is not in the service file any more",
                        "Name it there again, or roll back to a release that ran on the instances of now"));
        Manifest manifest = from.manifest(state);
        if (from.store() != to.store()) {
            to.store().takeFrom(from.store(), manifest);
        }
        return to.stateOf(to.target().managedPart(manifest));
    }
}
