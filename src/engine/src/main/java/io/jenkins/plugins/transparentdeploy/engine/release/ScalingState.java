package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
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
 * @param failed names that could not be started when they were wanted last: others come first
 * @param comingBack names that are not parked any more and were not seen in service since: whoever wanted that may have died
 */
public record ScalingState(
        Set<String> parked, Optional<Instant> changedAt, Set<String> failed, Set<String> comingBack) {
    private static final ScalingState NONE = new ScalingState(Set.of(), Optional.empty(), Set.of(), Set.of());

    public ScalingState {
        parked = parked == null ? Set.of() : Set.copyOf(parked);
        changedAt = changedAt == null ? Optional.empty() : changedAt;
        failed = failed == null ? Set.of() : Set.copyOf(failed);
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

    /** Somebody wants these to be parked, and all others to serve. */
    ScalingState withParked(Collection<String> names, Instant at) {
        return parking(names, Optional.of(at), failed);
    }

    /** One that was wanted and could not be started. That is no change of how many are wanted. */
    ScalingState withFailed(String name) {
        return parking(with(parked, name), changedAt, with(failed, name));
    }

    private ScalingState parking(Collection<String> names, Optional<Instant> at, Set<String> notStarted) {
        Set<String> back = new TreeSet<>(parked);
        back.addAll(comingBack);
        back.removeAll(names);
        return new ScalingState(Set.copyOf(names), at, notStarted, back);
    }

    /** An instance serves, as is wanted. */
    ScalingState withServing(String name) {
        return new ScalingState(parked, changedAt, without(failed, name), without(comingBack, name));
    }

    private static Set<String> with(Set<String> names, String name) {
        Set<String> more = new TreeSet<>(names);
        more.add(name);
        return more;
    }

    private static Set<String> without(Set<String> names, String name) {
        Set<String> fewer = new TreeSet<>(names);
        fewer.remove(name);
        return fewer;
    }
}
