package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.Captured;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything there is to know about a release, as it is written to {@code release.json}.
 *
 * @param schema version of this record's form
 * @param parent the release that was live before; empty for the first
 * @param restores for a rollback: the release, or the rollback point, that it brought back
 * @param before the rollback point taken before anything was touched; empty for an adoption
 * @param instances the managed state of each instance once the release was on it, by name
 * @param slot the instances that serve alone once it is live; empty when all do
 * @param held whether somebody other than a running process goes on with it
 * @param knownBad why this release must not come back by itself; empty while nothing speaks against it
 * @param report what is known of it, step by step; empty in older records
 * @param insistences what was to be done although it is refused otherwise
 * @param content the whole content that was released, of which each instance has what is the release's there
 * @param promotedFrom the release of another environment whose very content it is
 * @param leftOut the instances that it went on without, by name
 * @param convergence whether each instance has what it should have; empty where all are on the machine that deploys
 * @param playbookRuns what became of the playbooks that were run for it on each host, in their order
 * @param captured what was written down of hosts before it, where a playbook brings it
 */
public record ReleaseRecord(
        int schema,
        ReleaseId id,
        ReleaseKind kind,
        String service,
        String environment,
        String version,
        Optional<String> commit,
        Actor actor,
        Optional<String> reason,
        String strategy,
        String hostId,
        Optional<ReleaseId> parent,
        Optional<ReleaseId> restores,
        Optional<ReleaseId> before,
        Map<String, InstanceState> instances,
        DeltaSummary delta,
        List<StateChange> states,
        Optional<Slot> slot,
        boolean held,
        Optional<SmokeTestReport> smokeTest,
        Optional<AnalysisReport> analysis,
        Optional<IncidentTimeline> incident,
        Optional<String> knownBad,
        Optional<ReleaseReport> report,
        Set<Insistence> insistences,
        Optional<InstanceState> content,
        Optional<Origin> promotedFrom,
        Map<String, LeftOut> leftOut,
        Optional<Convergence> convergence,
        List<PlaybookRun> playbookRuns,
        List<Captured> captured,
        JsonNode resolvedServiceFile) {
    /** The form that this program writes. */
    public static final int SCHEMA = 1;

    public ReleaseRecord {
        instances = Map.copyOf(instances);
        states = List.copyOf(states);
        // Not there in older records.
        slot = slot == null ? Optional.empty() : slot;
        report = report == null ? Optional.empty() : report;
        insistences = insistences == null ? Set.of() : Set.copyOf(insistences);
        content = content == null ? Optional.empty() : content;
        promotedFrom = promotedFrom == null ? Optional.empty() : promotedFrom;
        leftOut = leftOut == null ? Map.of() : Map.copyOf(leftOut);
        convergence = convergence == null ? Optional.empty() : convergence;
        playbookRuns = playbookRuns == null ? List.of() : List.copyOf(playbookRuns);
        captured = captured == null ? List.of() : List.copyOf(captured);
    }

    /** A release that was accepted. */
    public static ReleaseRecord prepared(
            ReleaseId id,
            ReleaseKind kind,
            EnvironmentDefinition definition,
            ReleaseRequest request,
            String hostId,
            Instant at) {
        return new ReleaseRecord(
                SCHEMA,
                id,
                kind,
                definition.service(),
                definition.environment(),
                request.version(),
                request.commit(),
                request.actor(),
                request.reason(),
                definition.strategy().name(),
                hostId,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                DeltaSummary.NONE,
                List.of(new StateChange(ReleaseState.PREPARED, at, "")),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                request.insistences(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                definition.resolved());
    }

    /** The state it is in. */
    public ReleaseState state() {
        return states.get(states.size() - 1).state();
    }

    /** Why it came into the state it is in; may be empty. */
    public String reasonOfState() {
        return states.get(states.size() - 1).reason();
    }

    /** When it began. */
    public Instant startedAt() {
        return states.get(0).at();
    }

    /** When it came into the state it is in. */
    public Instant changedAt() {
        return states.get(states.size() - 1).at();
    }

    /** Whether this release took effect: what it brought was live when it ended. */
    public boolean tookEffect() {
        return kind == ReleaseKind.ROLLBACK ? state() == ReleaseState.ROLLED_BACK : state() == ReleaseState.SUCCEEDED;
    }

    /** Whether some of its operations may neither be done nor abandoned, with nobody working on them. */
    boolean mayHaveLeftOperationsOpen() {
        return state() == ReleaseState.ROLLBACK_FAILED
                || leftOut.values().stream().anyMatch(left -> left.when() == LeftOut.When.FAILED);
    }

    /** Whether it can be gone back to: it was good when it was live, and nobody has found otherwise since. */
    public boolean isGood() {
        return kind != ReleaseKind.ROLLBACK && state() == ReleaseState.SUCCEEDED && knownBad.isEmpty();
    }

    /** What serves when it is live, whatever instance it is on. */
    private Set<RootHash> served() {
        return instances.entrySet().stream()
                .filter(entry -> slot.isEmpty() || slot.get().instances().contains(entry.getKey()))
                .map(entry -> entry.getValue().contentRoot())
                .collect(Collectors.toSet());
    }

    /** Whether those who use the service would get the same from the other one. */
    boolean servesTheSameAs(ReleaseRecord other) {
        return slot.isEmpty() && other.slot.isEmpty()
                ? instances.equals(other.instances)
                : served().equals(other.served());
    }

    ReleaseRecord in(ReleaseState state, Instant at, String why) {
        if (!state().next().contains(state)) {
            throw new IllegalStateException("Release " + id + " cannot go from " + state() + " to " + state);
        }
        List<StateChange> longer = new ArrayList<>(states);
        longer.add(new StateChange(state, at, why));
        return copy().states(longer).build();
    }

    ReleaseRecordBuilder copy() {
        return new ReleaseRecordBuilder(this);
    }
}
