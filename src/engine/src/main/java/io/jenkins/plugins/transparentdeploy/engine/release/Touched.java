package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;

/** Which instances a release has done something to. */
public final class Touched {
    private Touched() {}

    /**
     * Whether an instance has to be restored: its journal says that something was begun on it, or its managed paths are
     * not in the wanted state, or it does not run. A rollback by hand restores every one.
     */
    public static boolean needsRestoring(ReleaseRun run, ManagedInstance instance, Manifest wanted) throws IOException {
        if (run.record().kind() == ReleaseKind.ROLLBACK) {
            // Somebody asked for it: whatever seems to be right already is started and asked again.
            return true;
        }
        for (JournalRecord entry : run.environment().journal().records(run.id().value())) {
            if (entry instanceof JournalRecord.Intent intent
                    && intent.operation().instance().equals(instance.name())) {
                return true;
            }
        }
        boolean shouldRun = !wanted.isEmpty();
        return !instance.target().plan(wanted).isEmpty()
                || shouldRun && !instance.process().isRunning();
    }
}
