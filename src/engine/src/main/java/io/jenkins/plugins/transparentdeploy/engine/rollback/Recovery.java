package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Diversion;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlans;
import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.Insistence;
import io.jenkins.plugins.transparentdeploy.engine.release.InstanceState;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a release whose process has died. Whoever holds the environment's lock and finds an unfinished
 * release knows that nobody is working on it.
 */
public final class Recovery {
    private final ManagedEnvironment environment;

    public Recovery(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Brings an interrupted release to an end: one that was changing anything is rolled back, a rollback is finished,
     * and one that had not begun is closed.
     *
     * @return the record as it is now; empty when nothing was unfinished
     * @throws RefusedException when the unfinished release is held by somebody who goes on with it
     */
    public Optional<ReleaseRecord> recover() throws IOException {
        Optional<ReleaseRecord> unfinished = environment.history().unfinished();
        if (unfinished.isEmpty()) {
            return Optional.empty();
        }
        ReleaseRecord record = unfinished.get();
        if (record.held()) {
            throw new RefusedException(
                    "Release " + record.id() + " (version " + record.version() + ") of " + record.service() + "/"
                            + record.environment() + " is still being verified for "
                            + record.actor().who()
                            + record.actor().url().map(url -> " (" + url + ")").orElse(""),
                    "Wait for it, or give it up with 'tdeploy rollback'");
        }
        return Optional.of(giveUp(record, "its process ended in state " + record.state()));
    }

    /**
     * Ends a rollback whose process was ended because it never would: it has failed, and nobody takes it up by itself.
     *
     * @return its record; empty when nothing was being rolled back
     */
    public Optional<ReleaseRecord> failRollback(String why) throws IOException {
        Optional<ReleaseRecord> unfinished =
                environment.history().unfinished().filter(record -> record.state() == ReleaseState.ROLLING_BACK);
        if (unfinished.isEmpty()) {
            return Optional.empty();
        }
        ReleaseRun run = ReleaseRun.resume(environment, unfinished.get());
        run.fail(why);
        return Optional.of(run.record());
    }

    /**
     * Ends an unfinished release by restoring what was there before it, or what it was restoring.
     *
     * @return the record in a final state
     */
    ReleaseRecord giveUp(ReleaseRecord record, String reason) throws IOException {
        return giveUp(record, Trouble.now(reason, environment.clock().instant()));
    }

    ReleaseRecord giveUp(ReleaseRecord record, Trouble trouble) throws IOException {
        return giveUp(ReleaseRun.resume(environment, record), trouble);
    }

    ReleaseRecord giveUp(ReleaseRun run, Trouble found) throws IOException {
        Trouble trouble = new Trouble(environment.scrub(found.reason()), found.onset(), found.detected());
        ReleaseRecord record = run.record();
        if (record.held()) {
            run.release();
        }
        if (record.state() == ReleaseState.PREPARED || record.state() == ReleaseState.SNAPSHOTTED) {
            run.enter(ReleaseState.ABANDONED, trouble.reason() + "; nothing had been changed");
            return run.record();
        }
        Instant decided = environment.clock().instant();
        HookPlan hooks = hooks(record);
        Optional<String> inTheWay =
                PointOfNoReturn.in(hooks).filter(what -> !record.insistences().contains(Insistence.ONE_WAY));
        if (record.state() != ReleaseState.ROLLING_BACK) {
            run.enter(ReleaseState.ROLLING_BACK, trouble.reason(), () -> {
                if (inTheWay.isEmpty()) {
                    Diversion.from(run);
                }
            });
        }
        IncidentTimeline incident = record.incident()
                .orElseGet(
                        () -> IncidentTimeline.decided(trouble.reason(), trouble.onset(), trouble.detected(), decided));
        if (inTheWay.isPresent()) {
            run.note(copy -> copy.incident(incident));
            run.fail("not rolled back, for " + inTheWay.get() + " cannot be taken back: " + trouble.reason());
            return run.record();
        }
        new Restoration(run, wanted(record), described(record), hooks).restore(incident);
        return run.record();
    }

    /** What becomes of the hooks that it ran, or for the sake of what it was bringing back. */
    private HookPlan hooks(ReleaseRecord record) throws IOException {
        return record.kind() == ReleaseKind.ROLLBACK
                ? HookPlans.restoring(environment, record.restores().orElseThrow())
                : HookPlans.undoing(environment, record.id());
    }

    /** How what comes back is started and asked: as its own release says, if there was one. */
    private EnvironmentDefinition described(ReleaseRecord record) throws IOException {
        return new Described(environment)
                .release(record.kind() == ReleaseKind.ROLLBACK ? record.restores() : record.parent());
    }

    /** A deployment goes back to its rollback point; a rollback on to what it was bringing back. */
    private Map<String, InstanceState> wanted(ReleaseRecord record) throws IOException {
        if (record.kind() == ReleaseKind.ROLLBACK) {
            return record.instances();
        }
        return environment
                .history()
                .rollbackPoint(record.before().orElseThrow())
                .map(RollbackPoint::instances)
                .orElseThrow(() -> new CorruptStateException(
                        "The rollback point of release " + record.id() + " is gone",
                        "Roll back to a release by its id instead; see 'tdeploy history'"));
    }
}
