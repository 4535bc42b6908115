package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory.Restorable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Takes rollback points. */
public final class RollbackPoints {
    private RollbackPoints() {}

    /**
     * Stores the managed state of every instance, for who is not in the middle of a release. Changes nothing on the targets;
     * durable on return.
     */
    public static RollbackPoint take(ManagedEnvironment environment) throws IOException {
        OpenOperations.settle(environment);
        return capture(environment);
    }

    /** As {@link #take}, within a release, which has settled what others left open when it began. */
    static RollbackPoint capture(ManagedEnvironment environment) throws IOException {
        Optional<ReleaseId> live = environment.history().live().map(ReleaseRecord::id);
        RollbackPoint point = new RollbackPoint(
                RollbackPoint.SCHEMA,
                ReleaseId.next(environment.clock()),
                environment.clock().instant(),
                environment.definition().service(),
                environment.definition().environment(),
                live,
                environment.capture(),
                environment.journal().head().hash());
        environment.history().write(point);
        return point;
    }

    /**
     * The point that a deployment goes back to: what is there now, and after a rollback that failed what that was to
     * bring back. What is there is stored then too, as a point of its own.
     */
    static RollbackPoint beforeDeployment(ManagedEnvironment environment) throws IOException {
        RollbackPoint now = capture(environment);
        Optional<Restorable> owed = environment.history().owed();
        if (owed.isEmpty()) {
            return now;
        }
        RollbackPoint point = new RollbackPoint(
                RollbackPoint.SCHEMA,
                ReleaseId.next(environment.clock(), now.id()),
                now.at(),
                now.service(),
                now.environment(),
                owed.get().isRelease() ? Optional.of(owed.get().id()) : Optional.empty(),
                owed.get().instances(),
                now.journalHead());
        environment.history().write(point);
        environment.tell(
                ReleaseEvent.Type.WARNING,
                "the last rollback failed: this release goes back to "
                        + owed.get().version() + "; what is there now is kept as rollback point " + now.id(),
                Map.of());
        return point;
    }
}
