package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which instances are parked: their content is kept up to date, but they neither run nor get requests. It is on disk
 * before anything is stopped or started, so that whoever comes next knows what was wanted.
 *
 * @param parked names; one that is not described any more does not count
 * @param changedAt when that was changed last; empty when it never was
 * @param comingBack names that are not parked any more and were not seen in service since: whoever wanted that may have died
 */
public record ScalingState(Set<String> parked, Optional<Instant> changedAt, Set<String> comingBack) {
    private static final ScalingState NONE = new ScalingState(Set.of(), Optional.empty(), Set.of());

    public ScalingState {
        parked = parked == null ? Set.of() : Set.copyOf(parked);
        changedAt = changedAt == null ? Optional.empty() : changedAt;
        comingBack = comingBack == null ? Set.of() : Set.copyOf(comingBack);
    }

    /** @throws CorruptStateException when it cannot be read */
    static ScalingState read(EnvironmentDirectory directory) throws IOException {
        try {
            return SealedJson.read(directory.scaling(), ScalingState.class).orElse(NONE);
        } catch (CorruptStateException e) {
            throw new CorruptStateException(e.problem(), "Remove it; the next deployment then starts every instance");
        }
    }

    void write(EnvironmentDirectory directory) throws IOException {
        SealedJson.write(directory.scaling(), this);
    }

    /** Those of the parked instances that are described; never all of them. */
    Set<String> parkedOf(EnvironmentDefinition definition) {
        Set<String> known =
                definition.instances().stream().map(InstanceDefinition::name).collect(Collectors.toSet());
        Set<String> present = new TreeSet<>(parked);
        present.retainAll(known);
        return present.size() < known.size() ? present : Set.of();
    }

    ScalingState withParked(List<String> names, Instant at) {
        Set<String> back = new TreeSet<>(parked);
        back.addAll(comingBack);
        back.removeAll(names);
        return new ScalingState(Set.copyOf(names), Optional.of(at), back);
    }

    /** An instance serves, as is wanted. */
    ScalingState withServing(String name) {
        Set<String> back = new TreeSet<>(comingBack);
        back.remove(name);
        return new ScalingState(parked, changedAt, back);
    }
}
