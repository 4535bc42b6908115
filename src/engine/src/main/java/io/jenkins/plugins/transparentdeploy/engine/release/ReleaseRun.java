package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookRun;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A release while something happens to it. Its state is in the journal first and in the record after, so that of the
 * two the journal is never behind.
 */
public final class ReleaseRun {
    private final ManagedEnvironment environment;
    /** Changed by one thread at a time, read by any. */
    private volatile ReleaseRecord record;

    private Traffic traffic;
    private Optional<OnsetWatch> onset = Optional.empty();

    private ReleaseRun(ManagedEnvironment environment, ReleaseRecord record) {
        this.environment = environment;
        this.record = record;
    }

    /** Begins a release: the first thing that is written of it. */
    static ReleaseRun begin(ManagedEnvironment environment, ReleaseKind kind, ReleaseRequest request)
            throws IOException {
        OpenOperations.settle(environment);
        ReleaseRecord record = ReleaseRecord.prepared(
                environment.history().nextId(environment.clock()),
                kind,
                environment.definition(),
                request,
                environment.host().id().value(),
                environment.clock().instant());
        environment.journal().startSegment(record.id().value());
        ReleaseRun run = new ReleaseRun(environment, record);
        environment
                .journal()
                .state(ReleaseState.PREPARED.name(), request.reason().orElse(""));
        run.write(ReleaseState.PREPARED, request.reason().orElse(""), record);
        return run;
    }

    /** Goes on with a release that is in the history. */
    public static ReleaseRun resume(ManagedEnvironment environment, ReleaseRecord record) throws IOException {
        environment.journal().startSegment(record.id().value());
        return new ReleaseRun(environment, record);
    }

    public ManagedEnvironment environment() {
        return environment;
    }

    public ReleaseRecord record() {
        return record;
    }

    public ReleaseId id() {
        return record.id();
    }

    /** How requests are divided meanwhile; empty without a load balancer. */
    synchronized Optional<Traffic> traffic() throws IOException {
        if (traffic == null && environment.loadBalancer().isPresent()) {
            traffic = new Traffic(
                    id(),
                    environment.journal(),
                    environment.loadBalancer().get(),
                    environment.instances().stream().map(ManagedInstance::name).toList(),
                    environment::parked);
        }
        return Optional.ofNullable(traffic);
    }

    /** Begins to watch for the first bad answer of this release; see {@link #badSince}. */
    void watchForOnset() {
        onset = OnsetWatch.begin(environment);
    }

    /** An instance has the new release. */
    void has(String instance) {
        onset.ifPresent(watch -> watch.has(instance));
    }

    /**
     * Since when this release has been answering badly without a break, up to now; empty when it has not, or nobody
     * watched. Known to the process that deployed it only.
     */
    public Optional<Instant> badSince() {
        return onset.flatMap(OnsetWatch::badSince);
    }

    /** Watches no more. */
    public void endWatching() {
        onset.ifPresent(OnsetWatch::close);
        onset = Optional.empty();
    }

    /** Puts the playbooks that were run for it into its record. */
    void keepPlayed() throws IOException {
        List<PlaybookRun> played = new ArrayList<>(record.playbookRuns());
        if (played.addAll(environment.takePlayed())) {
            note(copy -> copy.playbookRuns(played));
        }
    }

    /** The instances that serve when this release does; what it goes on without does not. */
    public List<String> serving() {
        return serving(environment, record);
    }

    /** Those of the serving instances that run: what is parked cannot be asked. */
    List<String> answering() throws IOException {
        return answering(environment, record);
    }

    static List<String> answering(ManagedEnvironment environment, ReleaseRecord record) throws IOException {
        return environment.withoutParked(serving(environment, record));
    }

    static List<String> serving(ManagedEnvironment environment, ReleaseRecord record) {
        return Slots.instances(environment, record.slot()).stream()
                .map(ManagedInstance::name)
                .filter(name -> !record.leftOut().containsKey(name))
                .toList();
    }

    /**
     * Goes on without an instance on which something failed, if that may be: it is in the record first, and then gets no
     * requests.
     *
     * @return whether that may be; when not, nothing is changed
     */
    public synchronized boolean setAside(String instance, String why) throws IOException {
        long failures = record.leftOut().values().stream()
                .filter(left -> left.when() == LeftOut.When.FAILED)
                .count();
        boolean lastOne = answering().stream().allMatch(instance::equals);
        if (failures >= environment.definition().fleet().maxFailures() || lastOne) {
            return false;
        }
        leaveOut(instance, why);
        try {
            if (traffic().isPresent()) {
                traffic().get().divide(Map.of(instance, 0));
            }
        } catch (IOException | RefusedException e) {
            environment.tell(
                    ReleaseEvent.Type.WARNING, instance, "not taken out of service: " + e.getMessage(), Map.of());
        }
        return true;
    }

    /** The instances that get no requests now; none where nobody can say. */
    public Set<String> drained() {
        Set<String> drained = new HashSet<>();
        try {
            if (traffic().isPresent()) {
                traffic().get().now().forEach((instance, weight) -> {
                    if (weight == 0) {
                        drained.add(instance);
                    }
                });
            }
        } catch (IOException | RefusedException e) {
            // Whoever steers the load balancer says so.
        }
        return drained;
    }

    /** Gives what it goes on without no requests: who is out of reach may come back with an old release. */
    public void drainLeftOut() throws IOException {
        if (!record.leftOut().isEmpty() && traffic().isPresent()) {
            Map<String, Integer> nothing = new LinkedHashMap<>();
            record.leftOut().keySet().forEach(instance -> nothing.put(instance, 0));
            traffic().get().divide(nothing);
        }
    }

    /**
     * Measures on each host whether it has what it should have, and notes that. Where all are on this machine, the targets
     * have compared it already.
     */
    public void proveConvergence(Map<String, InstanceState> wanted) throws IOException {
        if (environment.definition().isRemote()) {
            Convergence convergence = ConvergenceProof.measure(environment, wanted);
            note(copy -> copy.convergence(convergence));
            environment.tell(
                    convergence.complete() ? ReleaseEvent.Type.INFO : ReleaseEvent.Type.WARNING,
                    convergence.toString(),
                    Map.of("convergence", convergence));
        }
    }

    /**
     * Says of the release that is live again what could not be brought back to it. To be called before this release has
     * ended, so that a crash in between loses nothing.
     */
    public void handMissingOn() throws IOException {
        Optional<ReleaseRecord> parent =
                record.kind() == ReleaseKind.ROLLBACK || record.parent().isEmpty()
                        ? Optional.empty()
                        : environment.history().find(record.parent().get());
        if (parent.isPresent() && environment.definition().isRemote()) {
            Map<String, LeftOut> leftOut = new LinkedHashMap<>(parent.get().leftOut());
            record.leftOut().forEach((instance, left) -> {
                if (left.when() == LeftOut.When.FAILED) {
                    leftOut.put(instance, left);
                }
            });
            ReleaseRecordBuilder changed = parent.get().copy().leftOut(leftOut);
            record.convergence().ifPresent(changed::convergence);
            environment.history().write(changed.build());
        }
    }

    /** Notes that something failed on an instance, so that nobody knows what is there. */
    public synchronized void leaveOut(String instance, String why) throws IOException {
        String reason = environment.scrub(why);
        Map<String, LeftOut> leftOut = new LinkedHashMap<>(record.leftOut());
        leftOut.put(instance, new LeftOut(environment.instance(instance).hostName(), LeftOut.When.FAILED, reason));
        note(copy -> copy.leftOut(leftOut));
        environment.journal().note("going on without " + instance + ": " + reason);
        environment.tell(
                ReleaseEvent.Type.WARNING, instance, "going on without it: " + reason, Map.of("leftOut", reason));
    }

    /** Goes to the next state: journaled, recorded, told. */
    public void enter(ReleaseState state, String why) throws IOException {
        enter(state, why, () -> {});
    }

    /** What is not to wait until a record is written. */
    @FunctionalInterface
    public interface Urgent {
        void act() throws IOException;
    }

    /** As {@link #enter(ReleaseState, String)}; does what is urgent between journal and record. */
    public synchronized void enter(ReleaseState state, String why, Urgent urgent) throws IOException {
        String reason = environment.scrub(why);
        Instant at = environment.clock().instant();
        environment.journal().state(state.name(), reason);
        try {
            urgent.act();
        } finally {
            // What is urgent may have changed the record, too.
            write(state, reason, record.in(state, at, reason));
        }
    }

    private void write(ReleaseState state, String reason, ReleaseRecord changed) throws IOException {
        environment.history().write(changed);
        record = changed;
        environment.announce(Notices.of(changed, environment));
        environment.tell(
                ReleaseEvent.Type.STATE,
                state + (reason.isBlank() ? "" : ": " + reason),
                Map.of(
                        "release",
                        record.id().value(),
                        "state",
                        state.name(),
                        "reason",
                        reason,
                        "strategy",
                        record.strategy()));
    }

    /** The rollback has failed: a person is needed. */
    public void fail(String why) throws IOException {
        freezeEnvironment("the rollback failed: " + why);
        enter(ReleaseState.ROLLBACK_FAILED, why);
    }

    /**
     * Keeps deployments out until a person has looked at it, if the service file wants that. Before the final state, so
     * that a crash between the two leaves the environment frozen. Idempotent for a release.
     */
    public void freezeEnvironment(String why) throws IOException {
        if (!environment.definition().freezeAfterRollback()) {
            return;
        }
        FreezeLog log = environment.freezes();
        Optional<Freeze> current = log.current();
        boolean alreadyForThis = current.flatMap(Freeze::release)
                .filter(release -> release.equals(record.id()))
                .isPresent();
        if (!alreadyForThis) {
            Freeze freeze = Freeze.after(
                    record, environment.scrub(why), environment.clock().instant());
            log.append(freeze);
            log.copyInto(environment.journal());
            environment.announce(Notices.of(
                    freeze,
                    record.service(),
                    record.environment(),
                    environment.host().id()));
            environment.tell(
                    ReleaseEvent.Type.INFO,
                    "deployments are refused from now on, until somebody takes them again",
                    Map.of("frozen", true));
        }
    }

    /** Changes the record, not its state. */
    public synchronized void note(UnaryOperator<ReleaseRecordBuilder> change) throws IOException {
        ReleaseRecord changed = change.apply(record.copy()).build();
        environment.history().write(changed);
        record = changed;
    }

    /** Changes the record, which is written with the next state: what comes next is not to wait for it. */
    synchronized void remember(UnaryOperator<ReleaseRecordBuilder> change) {
        record = change.apply(record.copy()).build();
    }

    /** Leaves it to somebody who goes on with it. */
    public void hold() throws IOException {
        note(copy -> copy.held(true));
    }

    /** Takes it back from whoever held it. */
    public void release() throws IOException {
        note(copy -> copy.held(false));
    }

    /** Keeps what to go back to. */
    void goesBackTo(RollbackPoint point) throws IOException {
        SealedJson.write(environment.directory().release(record.id()).resolve("rollback-point.json"), point);
        note(copy -> copy.before(point.id()).parent(point.release()));
    }

    /** The manifests of a state, by instance. */
    public static Map<String, Manifest> manifests(ManagedEnvironment environment, Map<String, InstanceState> states)
            throws IOException {
        Map<String, Manifest> manifests = new LinkedHashMap<>();
        for (ManagedInstance instance : environment.instances()) {
            InstanceState state = states.get(instance.name());
            if (state != null) {
                manifests.put(instance.name(), instance.manifest(state));
            }
        }
        return manifests;
    }
}
