package io.jenkins.plugins.transparentdeploy.engine.release;

import java.io.IOException;
import java.util.Optional;

/** Takes rollback points. */
public final class RollbackPoints {
    private RollbackPoints() {}

    /** Stores the managed state of every instance. Changes nothing on the targets; durable on return. */
    public static RollbackPoint take(ManagedEnvironment environment) throws IOException {
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
}
