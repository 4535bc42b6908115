package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory.Restorable;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import java.io.IOException;
import java.util.Optional;

/** The record keeping of a rollback by hand. */
public final class ManualRollback {
    private ManualRollback() {}

    /** Begins it: {@code PREPARED → SNAPSHOTTED}, with the state of now as its rollback point. */
    public static ReleaseRun begin(
            ManagedEnvironment environment, Restorable restorable, ReleaseRequest request, String why)
            throws IOException {
        Goal goal = Goal.of(environment, restorable);
        DeltaSummary delta = delta(environment, goal);
        ReleaseRun run = ReleaseRun.begin(environment, ReleaseKind.ROLLBACK, request.of(restorable.version()));
        run.note(copy ->
                copy.restores(restorable.id()).slot(goal.slot()).delta(delta).leftOut(environment.absent()));
        RollbackPoint point = RollbackPoints.capture(environment);
        run.goesBackTo(point);
        run.note(copy -> copy.instances(point.with(goal.instances())));
        run.enter(ReleaseState.SNAPSHOTTED, "");
        markReplaced(environment, run.record(), restorable, why);
        return run;
    }

    /**
     * What it changes, over all instances.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when its content is not whole in the
     *     store
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when there is not enough space
     */
    public static DeltaSummary delta(ManagedEnvironment environment, Goal goal) throws IOException {
        DeltaSummary sum = DeltaSummary.NONE;
        Soundness soundness = new Soundness();
        for (Delta change : Concurrently.ask(
                        environment.atATime(),
                        Slots.present(environment, goal.slot()),
                        instance -> Plan.delta(
                                instance, instance.manifest(goal.instances().get(instance.name())), soundness))
                .values()) {
            sum = sum.plus(Plan.summary(change));
        }
        return sum;
    }

    /** Marks the release that a rollback replaces: whoever asked for it has judged it, whatever becomes of the rollback. */
    private static void markReplaced(
            ManagedEnvironment environment, ReleaseRecord rollback, Restorable restorable, String why)
            throws IOException {
        if (rollback.parent().isEmpty()) {
            return;
        }
        Optional<ReleaseRecord> parent =
                environment.history().find(rollback.parent().get());
        if (parent.isPresent()) {
            ReleaseRecord replaced = environment.history().content(parent.get());
            boolean forward = restorable.isRelease() && restorable.id().compareTo(replaced.id()) > 0;
            boolean same = rollback.servesTheSameAs(replaced);
            if (!forward && !same && replaced.knownBad().isEmpty()) {
                environment.history().write(replaced.copy().knownBad(why).build());
            }
        }
    }
}
