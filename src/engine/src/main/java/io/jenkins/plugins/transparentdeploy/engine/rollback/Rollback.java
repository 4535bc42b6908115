package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.Goal;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlans;
import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.Insistence;
import io.jenkins.plugins.transparentdeploy.engine.release.InstantReturn;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManualRollback;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory.Restorable;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Rollbacks that somebody asks for. */
public final class Rollback {
    static final String PREVIOUS = "previous";

    private final ManagedEnvironment environment;

    public Rollback(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Goes back.
     *
     * <p>A release that is still being verified is given up; that is the rollback then. Otherwise what is asked for is
     * brought back as a release of its own, and the one that was live is marked, so that {@code previous} never means
     * it again.
     *
     * @param to {@code previous}, a release, a rollback point or a version; see
     *     {@link io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory#restorable}
     * @return the record of the rollback, in a final state
     * @throws RefusedException when there is nothing to go back to, or managed paths were changed by somebody else
     */
    public ReleaseRecord to(String to, ReleaseRequest request) throws IOException {
        if (!to.equals(PREVIOUS)) {
            // Before anything is given up for it.
            Goal.of(environment, environment.history().restorable(to));
        }
        Optional<ReleaseRecord> unfinished = environment.history().unfinished();
        if (unfinished.isPresent()) {
            ReleaseRecord given = new Recovery(environment).giveUp(accepting(unfinished.get(), request), why(request));
            boolean wentBack = given.state() == ReleaseState.ROLLED_BACK && to.equals(PREVIOUS);
            if (wentBack || given.state() == ReleaseState.ROLLBACK_FAILED) {
                return given;
            }
        }
        Restorable restorable = environment.history().restorable(to);
        Goal.of(environment, restorable);
        HookPlan hooks = HookPlans.restoring(environment, restorable.id());
        PointOfNoReturn.refuseUnlessAccepted(hooks, request);
        environment.checkTargets(request.force());
        Drifts.refuseUnlessForced(environment, request.force());
        Instant now = environment.clock().instant();
        ReleaseRun run = ManualRollback.begin(environment, restorable, request, why(request));
        EnvironmentDefinition next = new Described(environment).release(Optional.of(restorable.id()));
        // What has to run before the files, as a migration that is made again, has to run before the requests, too.
        Optional<InstantReturn> instant =
                hooks.redoneFirst().isEmpty() ? InstantReturn.find(run, next) : Optional.empty();
        Instant decided = environment.clock().instant();
        run.enter(ReleaseState.ROLLING_BACK, why(request));
        new Restoration(run, run.record().instances(), next, hooks)
                .restore(IncidentTimeline.decided(why(request), now, now, decided), instant);
        return run.record();
    }

    /**
     * Undoes what was done after a record of the journal: goes to {@code S_k = S_0 + O_1 + … + O_k}, as {@link #to} does.
     *
     * @param record number of the record, from 1
     */
    public ReleaseRecord toRecord(long record, ReleaseRequest request) throws IOException {
        return to(PastStates.point(environment, record).id().value(), request);
    }

    /** A release that is to be given up, with what whoever asks for that accepts noted in its record. */
    private ReleaseRecord accepting(ReleaseRecord unfinished, ReleaseRequest request) throws IOException {
        if (unfinished.kind() == ReleaseKind.ROLLBACK
                || unfinished.insistences().contains(Insistence.ONE_WAY)) {
            return unfinished;
        }
        PointOfNoReturn.refuseUnlessAccepted(HookPlans.undoing(environment, unfinished.id()), request);
        if (!request.insistsOn(Insistence.ONE_WAY)) {
            return unfinished;
        }
        Set<Insistence> insistences = new HashSet<>(unfinished.insistences());
        insistences.add(Insistence.ONE_WAY);
        ReleaseRun run = ReleaseRun.resume(environment, unfinished);
        run.note(copy -> copy.insistences(insistences));
        return run.record();
    }

    private static String why(ReleaseRequest request) {
        return "rolled back by " + request.actor().who()
                + request.reason().map(reason -> ": " + reason).orElse("");
    }
}
