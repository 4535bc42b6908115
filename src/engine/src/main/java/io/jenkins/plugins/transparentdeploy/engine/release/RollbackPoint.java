package io.jenkins.plugins.transparentdeploy.engine.release;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A state that can be brought back.
 *
 * @param schema version of this record's form
 * @param release the release that was live then; empty when the service was not released by this program before
 * @param instances the managed state of each instance, by name
 * @param journalHead hash of the journal's newest record at that time, in hex
 */
public record RollbackPoint(
        int schema,
        ReleaseId id,
        Instant at,
        String service,
        String environment,
        Optional<ReleaseId> release,
        Map<String, InstanceState> instances,
        String journalHead) {
    /** The form that this program writes. */
    public static final int SCHEMA = 1;

    public RollbackPoint {
        instances = Map.copyOf(instances);
    }

    /** This state, with that of some instances changed. */
    Map<String, InstanceState> with(Map<String, InstanceState> changed) {
        Map<String, InstanceState> states = new LinkedHashMap<>(instances);
        states.putAll(changed);
        return states;
    }
}
