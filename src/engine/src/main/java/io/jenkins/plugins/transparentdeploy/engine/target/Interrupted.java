package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import java.io.IOException;
import java.util.List;

/**
 * Settles what a crash left open, so that every intent ends as done or abandoned and the operations that were done still
 * add up to the live state. Operations are performed in order, so those that were done are the first of the open ones.
 */
public final class Interrupted {
    private Interrupted() {}

    /** Whether the live state is the one after an operation rather than the one before. */
    @FunctionalInterface
    public interface Evidence {
        /** @throws IOException if the live state cannot be read */
        boolean wasDone(Operation operation) throws IOException;
    }

    /** @param kind the operations that the target performs itself; others are left to those who do */
    public static void settle(
            Journal journal,
            String releaseId,
            String instance,
            List<Class<? extends Operation>> kinds,
            Evidence evidence)
            throws IOException {
        boolean done = true;
        for (Intent intent : journal.unfinished(releaseId)) {
            Operation operation = intent.operation();
            if (!operation.instance().equals(instance)
                    || kinds.stream().noneMatch(kind -> kind.isInstance(operation))) {
                continue;
            }
            done = done && evidence.wasDone(operation);
            if (done) {
                journal.done(intent);
            } else {
                journal.abandon(intent);
            }
        }
    }
}
