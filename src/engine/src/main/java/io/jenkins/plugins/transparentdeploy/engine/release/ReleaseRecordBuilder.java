package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.Captured;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookRun;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A changed copy of a record. */
public final class ReleaseRecordBuilder {
    private final ReleaseRecord from;
    private Optional<ReleaseId> parent;
    private Optional<ReleaseId> restores;
    private Optional<ReleaseId> before;
    private Map<String, InstanceState> instances;
    private DeltaSummary delta;
    private List<StateChange> states;
    private Optional<Slot> slot;
    private boolean held;
    private Optional<SmokeTestReport> smokeTest;
    private Optional<AnalysisReport> analysis;
    private Optional<IncidentTimeline> incident;
    private Optional<String> knownBad;
    private Optional<ReleaseReport> report;
    private Set<Insistence> insistences;
    private Optional<InstanceState> content;
    private Optional<Origin> promotedFrom;
    private Map<String, LeftOut> leftOut;
    private Optional<Convergence> convergence;
    private List<PlaybookRun> playbookRuns;
    private List<Captured> captured;

    ReleaseRecordBuilder(ReleaseRecord from) {
        this.from = from;
        parent = from.parent();
        restores = from.restores();
        before = from.before();
        instances = from.instances();
        delta = from.delta();
        states = from.states();
        slot = from.slot();
        held = from.held();
        smokeTest = from.smokeTest();
        analysis = from.analysis();
        incident = from.incident();
        knownBad = from.knownBad();
        report = from.report();
        insistences = from.insistences();
        content = from.content();
        promotedFrom = from.promotedFrom();
        leftOut = from.leftOut();
        convergence = from.convergence();
        playbookRuns = from.playbookRuns();
        captured = from.captured();
    }

    public ReleaseRecordBuilder parent(Optional<ReleaseId> value) {
        parent = value;
        return this;
    }

    public ReleaseRecordBuilder restores(ReleaseId value) {
        restores = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder before(ReleaseId value) {
        before = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder instances(Map<String, InstanceState> value) {
        instances = value;
        return this;
    }

    public ReleaseRecordBuilder delta(DeltaSummary value) {
        delta = value;
        return this;
    }

    public ReleaseRecordBuilder states(List<StateChange> value) {
        states = value;
        return this;
    }

    public ReleaseRecordBuilder slot(Optional<Slot> value) {
        slot = value;
        return this;
    }

    public ReleaseRecordBuilder held(boolean value) {
        held = value;
        return this;
    }

    public ReleaseRecordBuilder smokeTest(SmokeTestReport value) {
        smokeTest = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder analysis(AnalysisReport value) {
        analysis = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder incident(IncidentTimeline value) {
        incident = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder knownBad(String value) {
        knownBad = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder report(ReleaseReport value) {
        report = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder insistences(Set<Insistence> value) {
        insistences = value;
        return this;
    }

    public ReleaseRecordBuilder content(InstanceState value) {
        content = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder promotedFrom(Optional<Origin> value) {
        promotedFrom = value;
        return this;
    }

    public ReleaseRecordBuilder leftOut(Map<String, LeftOut> value) {
        leftOut = value;
        return this;
    }

    public ReleaseRecordBuilder convergence(Convergence value) {
        convergence = Optional.of(value);
        return this;
    }

    public ReleaseRecordBuilder playbookRuns(List<PlaybookRun> value) {
        playbookRuns = value;
        return this;
    }

    public ReleaseRecordBuilder captured(List<Captured> value) {
        captured = value;
        return this;
    }

    public ReleaseRecord build() {
        return new ReleaseRecord(
                from.schema(),
                from.id(),
                from.kind(),
                from.service(),
                from.environment(),
                from.version(),
                from.commit(),
                from.actor(),
                from.reason(),
                from.strategy(),
                from.hostId(),
                parent,
                restores,
                before,
                instances,
                delta,
                states,
                slot,
                held,
                smokeTest,
                analysis,
                incident,
                knownBad,
                report,
                insistences,
                content,
                promotedFrom,
                leftOut,
                convergence,
                playbookRuns,
                captured,
                from.resolvedServiceFile());
    }
}
